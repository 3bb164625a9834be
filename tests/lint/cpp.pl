#!/usr/bin/perl
# Reads C++ for the lints: cpp.pl lines|coroutines|connects FILE…
#   lines       prints "file:line:text" with comments and literals blanked; includes stay as they are, and lines
#               that end in "// lint: REASON" are blank
#   coroutines  prints co_await expressions that hold braces or a lambda
#   connects    prints connect(sender, &Class::signal, functor): no context object
use strict;
use warnings;

# The text with comments, strings and characters blanked; lines keep their numbers.
sub blanked {
    my ($text) = @_;
    $text =~ s{^[^\n]*// lint: \w[^\n]*$}{}gm;
    my $lines = sub { my $n = () = $_[0] =~ /\n/g; return "\n" x $n; };
    $text =~ s{
        (?<keep> ^[ \t]*\#[ \t]*include[^\n]* )
      | (?<raw> R"(?<tag>[^()\\\s]{0,16})\(.*?\)\k<tag>" )
      | (?<string> "(?:\\.|[^"\\\n])*" )
      | (?<char> (?<![0-9A-Fa-f])'(?:\\[^'\n]+|[^'\\\n])' )
      | (?<comment> //[^\n]* | /\*.*?\*/ )
    }{
        defined $+{keep} ? $+{keep}
      : defined $+{comment} ? ' ' . $lines->($+{comment})
      : defined $+{char} ? '0'
      : '""' . $lines->($&)
    }gemsx;
    return $text;
}

sub line_of { my ($text, $pos) = @_; my $n = () = substr($text, 0, $pos) =~ /\n/g; return $n + 1; }

# The lines that a stretch of text touches, on one line.
sub excerpt {
    my ($text, $from, $to) = @_;
    my $start = rindex($text, "\n", $from) + 1;
    my $end = index($text, "\n", $to);
    my $part = substr($text, $start, ($end < 0 ? length $text : $end) - $start);
    $part =~ s/\s+/ /g;
    return $part;
}

# Position of the brace or lambda in the full expression around the co_await that ends at $pos, or nothing.
sub temporary_in_await {
    my ($text, $pos) = @_;
    # Before it in the same statement: a brace without a space before is an initialisation, not a block (clang-format).
    my $before = substr($text, 0, $pos - length 'co_await');
    $before =~ s/.*(?:;|[{}][ \t]*\n)//s;
    return $pos if $before =~ /[\w>]\{[^{}]*(?:\}.*)?$/s;

    my $depth = 0;
    my $last = 't'; # the last character that is no space: that of co_await
    my $first = 1;
    for (my $i = $pos; $i < length $text; ++$i) {
        my $c = substr($text, $i, 1);
        next if $c =~ /\s/;
        return if $c eq ';' || $c eq '}';
        return $i if $c eq '{';
        return $i if $c eq '[' && ($first || $last !~ /[\w)\]]/);
        ++$depth if $c eq '(';
        if ($c eq ')' && --$depth < 0) {
            # Out of "if (co_await …)": a block or a statement follows. Out of "f(co_await …)": the expression goes on.
            return if substr($text, $i + 1) =~ /^\s*[{\w]/;
            $depth = 0;
        }
        $last = $c;
        $first = 0;
    }
    return;
}

sub coroutines {
    my ($file, $text) = @_;
    while ($text =~ /\bco_await\b/g) {
        my $pos = pos $text;
        my $bad = temporary_in_await($text, $pos);
        printf "%s:%d:%s\n", $file, line_of($text, $pos), excerpt($text, $pos, $bad) if defined $bad;
    }
}

# The arguments of a call whose opening parenthesis ends at $pos.
sub arguments {
    my ($text, $pos) = @_;
    my ($depth, $current, @all) = (1, '');
    for (my $i = $pos; $i < length $text; ++$i) {
        my $c = substr($text, $i, 1);
        ++$depth if $c =~ /[(\[{]/;
        --$depth if $c =~ /[)\]}]/;
        last if $depth == 0;
        if ($c eq ',' && $depth == 1) {
            push @all, $current;
            $current = '';
        } else {
            $current .= $c;
        }
    }
    return (@all, $current);
}

sub connects {
    my ($file, $text) = @_;
    while ($text =~ /\bconnect\s*\(/g) {
        my $pos = pos $text;
        my $rest = substr($text, $pos, 4000);
        1 while $rest =~ s/\b(\w+)<[\w:\s,*&]*>/$1/; # template arguments hold commas
        my @arguments = arguments($rest, 0);
        next unless @arguments == 3 && $arguments[1] =~ /^\s*(?:&\s*\w+(?:::\w+)+|q(?:Const|NonConst)?Overload|QOverload)/;
        printf "%s:%d:%s\n", $file, line_of($text, $pos), excerpt($text, $pos, $pos);
    }
}

my $mode = shift @ARGV // '';
for my $file (@ARGV) {
    open my $in, '<', $file or die "$file: $!\n";
    my $text = blanked(do { local $/; <$in> } // '');
    if ($mode eq 'lines') {
        my $n = 0;
        printf "%s:%d:%s\n", $file, ++$n, $_ for split /\n/, $text;
    } elsif ($mode eq 'coroutines') {
        coroutines($file, $text);
    } elsif ($mode eq 'connects') {
        connects($file, $text);
    } else {
        die "cpp.pl: unknown mode '$mode'\n";
    }
}
