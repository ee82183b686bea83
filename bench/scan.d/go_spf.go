// The Go library checks the lines of a scan over the DNS: `scan_go PORT GOROUTINES < LINES` reads
// all lines `DOMAIN IP`, checks each with the Go resolver, and prints `PASSED NANOSECONDS
// PROCESSOR-NANOSECONDS` of the checks.
package main

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"blitiri.com.ar/go/spf"
)

type line struct {
	sender string
	ip     net.IP
}

func die(message string) {
	fmt.Fprintln(os.Stderr, "scan_go: "+message)
	os.Exit(70)
}

func readLines() []line {
	var lines []line
	input := bufio.NewScanner(os.Stdin)
	for input.Scan() {
		part := strings.Fields(input.Text())
		if len(part) != 2 || net.ParseIP(part[1]) == nil {
			die("a line is no DOMAIN IP")
		}
		lines = append(lines, line{"postmaster@" + part[0], net.ParseIP(part[1])})
	}
	return lines
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
	if len(os.Args) != 3 {
		die("give the port and the number of goroutines")
	}
	server := "127.0.0.1:" + os.Args[1]
	goroutines, err := strconv.Atoi(os.Args[2])
	if err != nil {
		die(err.Error())
	}
	resolver := &net.Resolver{
		PreferGo: true,
		Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
			var dialer net.Dialer
			return dialer.DialContext(ctx, network, server)
		},
	}
	lines := readLines()
	var next, passed int64
	var all sync.WaitGroup
	begin, spent := time.Now(), cpuTime()
	for i := 0; i < goroutines; i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			for {
				at := atomic.AddInt64(&next, 1) - 1
				if at >= int64(len(lines)) {
					return
				}
				result, _ := spf.CheckHostWithSender(lines[at].ip, "client.test", lines[at].sender,
					spf.WithResolver(resolver))
				if result == spf.Pass {
					atomic.AddInt64(&passed, 1)
				}
			}
		}()
	}
	all.Wait()
	fmt.Println(passed, time.Since(begin).Nanoseconds(), cpuTime()-spent)
}
