// The Go library under measurement: see ../README.md for the lines that it reads and answers.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"

	"blitiri.com.ar/go/spf"
)

// memory answers from maps, whose values are made beforehand.
type memory struct {
	txt map[string][]string
	mx  map[string][]*net.MX
	ip  map[string][]net.IPAddr
}

var notFound = &net.DNSError{Err: "no such name", IsNotFound: true}

func (m *memory) LookupTXT(_ context.Context, name string) ([]string, error) {
	if found, ok := m.txt[name]; ok {
		return found, nil
	}
	return nil, notFound
}

func (m *memory) LookupMX(_ context.Context, name string) ([]*net.MX, error) {
	if found, ok := m.mx[name]; ok {
		return found, nil
	}
	return nil, notFound
}

func (m *memory) LookupIPAddr(_ context.Context, name string) ([]net.IPAddr, error) {
	if found, ok := m.ip[name]; ok {
		return found, nil
	}
	return nil, notFound
}

func (m *memory) LookupAddr(_ context.Context, _ string) ([]string, error) {
	return nil, notFound
}

func die(message string) {
	fmt.Fprintln(os.Stderr, "go_spf: "+message)
	os.Exit(70)
}

func readRecords(path string) *memory {
	file, err := os.Open(path)
	if err != nil {
		die(err.Error())
	}
	defer file.Close()
	m := &memory{map[string][]string{}, map[string][]*net.MX{}, map[string][]net.IPAddr{}}
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		part := strings.SplitN(lines.Text(), " ", 3)
		if len(part) != 3 {
			die("a line of the records has less than three parts")
		}
		name, value := part[0], part[2]
		switch part[1] {
		case "TXT":
			m.txt[name] = append(m.txt[name], value)
		case "A":
			m.ip[name] = append(m.ip[name], net.IPAddr{IP: net.ParseIP(value)})
		case "MX":
			var mx net.MX
			if _, err := fmt.Sscan(value, &mx.Pref, &mx.Host); err != nil {
				die(err.Error())
			}
			m.mx[name] = append(m.mx[name], &mx)
		default:
			die("a type of record that it does not know")
		}
	}
	return m
}

// cpuTime is that of the whole process, with the threads of the garbage collector.
func cpuTime() int64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		die(err.Error())
	}
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func main() {
	if len(os.Args) != 2 {
		die("give the file of records")
	}
	resolver := spf.WithResolver(readRecords(os.Args[1]))
	requests := bufio.NewScanner(os.Stdin)
	for requests.Scan() {
		part := strings.Fields(requests.Text())
		count, err := strconv.Atoi(part[1])
		if err != nil {
			die(err.Error())
		}
		ip, sender := net.ParseIP(part[2]), part[3]
		first, _ := spf.CheckHostWithSender(ip, "client.test", sender, resolver)
		steady := true
		begin := cpuTime()
		for i := 0; i < count; i++ {
			result, _ := spf.CheckHostWithSender(ip, "client.test", sender, resolver)
			steady = steady && result == first
		}
		end := cpuTime()
		if !steady {
			first = "unsteady"
		}
		fmt.Println(first, end-begin)
	}
}
