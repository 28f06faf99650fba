// SPDX-License-Identifier: MIT OR Apache-2.0
//! From inputs to worse ones.

use fastrand::Rng;

/// Longest input in bytes. What hcim reads is limited to more than that; depth and repetition show before.
pub const LONGEST: usize = 1 << 16;

/// Numbers at the edges of types and beyond, and texts that stand where numbers should.
const NUMBERS: &[&str] = &[
    "0",
    "-0",
    "1",
    "-1",
    "2",
    "3",
    "7",
    "255",
    "256",
    "4096",
    "4097",
    "65535",
    "65536",
    "2147483647",
    "2147483648",
    "4294967295",
    "4294967296",
    "-9223372036854775808",
    "9223372036854775807",
    "18446744073709551616",
    "170141183460469231731687303715884105728",
    "0.0001",
    "1e-9",
    "1e9",
    "1e300",
    "1e999",
    "-1e999",
    "nan",
    "inf",
    "0x7fffffff",
    "0xffffffffffffffff",
    "00",
    "1.",
    ".5",
    "\u{0663}",
];

/// Pieces of text that mean something to somebody.
const PIECES: &[&str] = &[
    "(",
    ")",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "\\",
    "\n",
    "\r\n",
    "\0",
    ";",
    "#",
    "//",
    "/*",
    "*/",
    "`",
    "$",
    "$(",
    "[exec ",
    "!",
    "*",
    "**",
    "=",
    ":",
    ",",
    ".",
    "..",
    "../",
    "/",
    "-",
    "--",
    "\u{feff}",
    "\u{202e}",
    "\u{1b}[2J",
    "é",
    "\u{10ffff}",
    "true",
    "false",
    "null",
    "{}",
    "[]",
    "\"\"",
];

/// Makes a worse input of one of the corpus. The first `kept` of it are those that people chose: half of all inputs
/// begin with one of these, however many others a run has found.
pub fn mutate(random: &mut Rng, corpus: &[Vec<u8>], kept: usize, words: &[&str]) -> Vec<u8> {
    let mut input = if corpus.is_empty() || random.u8(..) == 0 {
        Vec::new()
    } else if random.bool() && kept > 0 {
        corpus[random.usize(..kept)].clone()
    } else {
        corpus[random.usize(..corpus.len())].clone()
    };
    // One change more often than many: most of them end in a syntax error, behind which nothing is seen.
    for _ in 0..[1, 1, 1, 1, 2, 2, 4, 8][random.usize(..8)] {
        once(random, corpus, words, &mut input);
        input.truncate(LONGEST);
    }
    input
}

fn once(random: &mut Rng, corpus: &[Vec<u8>], words: &[&str], input: &mut Vec<u8>) {
    let at = random.usize(..=input.len());
    match random.u32(0..15) {
        0 if at < input.len() => input[at] ^= 1 << random.u32(0..8),
        1 if at < input.len() => input[at] = random.u8(..),
        2 => insert(input, at, &[random.u8(..)]),
        3 => {
            let range = range(random, input.len());
            input.drain(range);
        }
        4 => {
            let piece = input[range(random, input.len())].to_vec();
            insert(input, at, &piece);
        }
        5 => input.truncate(at),
        6 | 7 => insert(input, at, choose(random, PIECES).as_bytes()),
        8 if !words.is_empty() => insert(input, at, choose(random, words).as_bytes()),
        9 | 13 | 14 => number(random, input),
        10 if !corpus.is_empty() => {
            let other = &corpus[random.usize(..corpus.len())];
            let piece = other[range(random, other.len())].to_vec();
            insert(input, at, &piece);
        }
        11 => {
            // Depth: the same piece many times.
            let piece = if words.is_empty() || random.bool() {
                choose(random, PIECES)
            } else {
                choose(random, words)
            };
            let times = 1 << random.u32(0..16);
            insert(
                input,
                at,
                piece.repeat(times.min(LONGEST / piece.len())).as_bytes(),
            );
        }
        _ => swap_lines(random, input),
    }
}

fn choose<'a>(random: &mut Rng, from: &[&'a str]) -> &'a str {
    from[random.usize(..from.len())]
}

fn insert(input: &mut Vec<u8>, at: usize, piece: &[u8]) {
    input.splice(at..at, piece.iter().copied());
}

/// Some bytes, more often few than many.
fn range(random: &mut Rng, length: usize) -> std::ops::Range<usize> {
    let start = random.usize(..=length);
    let most = (length - start).min(1 << random.u32(0..12));
    start..start + random.usize(..=most)
}

/// Another number in the place of one.
fn number(random: &mut Rng, input: &mut Vec<u8>) {
    let starts: Vec<usize> = (0..input.len())
        .filter(|&at| input[at].is_ascii_digit() && (at == 0 || !input[at - 1].is_ascii_digit()))
        .collect();
    if starts.is_empty() {
        return;
    }
    let start = starts[random.usize(..starts.len())];
    let digits = input[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_digit() || **byte == b'.');
    let end = start + digits.count();
    input.splice(start..end, choose(random, NUMBERS).bytes());
}

fn swap_lines(random: &mut Rng, input: &mut Vec<u8>) {
    let mut lines: Vec<Vec<u8>> = input
        .split(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    let (one, other) = (random.usize(..lines.len()), random.usize(..lines.len()));
    if random.bool() {
        lines.swap(one, other);
    } else {
        lines[one] = lines[other].clone();
    }
    *input = lines.join(&b'\n');
}
