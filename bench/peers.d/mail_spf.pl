# Mail::SPF under measurement: see ../README.md for the lines that it reads and answers.
#
# Its resolver gives packets that were made beforehand; Mail::SPF only reads them.
use strict;
use warnings;

package Memory;

use Net::DNS;

sub new {
    my ($class, $path) = @_;
    my (%lines, %packets);
    open(my $file, '<', $path) or die "mail_spf: $path cannot be opened\n";
    while (my $line = <$file>) {
        chomp($line);
        my ($name, $type, $value) = split(/ /, $line, 3);
        $value = qq("$value") if $type eq 'TXT';
        push(@{$lines{"$name $type"}}, Net::DNS::RR->new("$name. 300 IN $type $value"));
    }
    for my $question (keys %lines) {
        my $packet = Net::DNS::Packet->new(split(/ /, $question));
        $packet->push(answer => @{$lines{$question}});
        $packets{$question} = $packet;
    }
    my $nothing = Net::DNS::Packet->new('nothing.test', 'TXT');
    $nothing->header->rcode('NXDOMAIN');
    return bless({packets => \%packets, nothing => $nothing}, $class);
}

sub send {
    my ($self, $name, $type) = @_;
    return $self->{packets}{"$name $type"} || $self->{nothing};
}

sub errorstring { return 'NOERROR' }

package main;

use Mail::SPF;
use NetAddr::IP;
use Time::HiRes qw(clock_gettime CLOCK_PROCESS_CPUTIME_ID);

my $server = Mail::SPF::Server->new(
    dns_resolver => Memory->new($ARGV[0]),
    hostname     => 'receiver.test',
);

sub evaluate {
    my ($ip, $sender) = @_;
    my $request = Mail::SPF::Request->new(
        scope         => 'mfrom',
        identity      => $sender,
        ip_address    => $ip,
        helo_identity => 'client.test',
    );
    return $server->process($request)->code;
}

$| = 1;
while (my $line = <STDIN>) {
    my ($form, $count, $address, $sender) = split(' ', $line);
    my $ip     = NetAddr::IP->new($address);
    my $first  = evaluate($ip, $sender);
    my $steady = 1;
    my $begin  = clock_gettime(CLOCK_PROCESS_CPUTIME_ID);
    for (1 .. $count) {
        $steady &&= evaluate($ip, $sender) eq $first;
    }
    my $end = clock_gettime(CLOCK_PROCESS_CPUTIME_ID);
    printf("%s %d\n", $steady ? $first : 'unsteady', ($end - $begin) * 1e9);
}
