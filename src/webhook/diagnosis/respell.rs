//! The same JSON with the characters of its texts written in other ways.
//!
//! Meta writes `\/`, `\u00e4` in lower case, and `\u003C`, `\u0025`, `\u0040` (meta-webhooks.md §2.1); what reads JSON
//! and writes it anew follows its own taste.

use std::fmt::{self, Write};

/// One way to write characters that JSON lets a writer choose a form for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spelling {
    slashes: bool,
    letters: Letters,
    signs: Signs,
}

/// Characters outside ASCII.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Letters {
    Lower,
    Upper,
    Raw,
}

/// Signs that some escape.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Signs {
    Plain,
    /// As Meta does.
    Meta,
    MetaLower,
    /// For pages, as Go does.
    Html,
}

impl Spelling {
    /// Every way, Meta's own first.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let signs = [Signs::Meta, Signs::Plain, Signs::Html, Signs::MetaLower];
        signs.into_iter().flat_map(|signs| {
            [true, false].into_iter().flat_map(move |slashes| {
                let letters = [Letters::Lower, Letters::Raw, Letters::Upper];
                letters.into_iter().map(move |letters| Self {
                    slashes,
                    letters,
                    signs,
                })
            })
        })
    }

    /// The JSON with its texts written in this way.
    pub(super) fn write(self, json: &str) -> String {
        let mut out = String::with_capacity(json.len() + json.len() / 4);
        let mut rest = json;
        while let Some((before, text)) = rest.split_once('"') {
            out.push_str(before);
            out.push('"');
            rest = self.text(text, &mut out);
        }
        out.push_str(rest);
        out
    }

    /// Writes a text up to its closing quote; gives what stands behind it.
    fn text<'a>(self, source: &'a str, out: &mut String) -> &'a str {
        let (mut units, mut rest) = (Vec::new(), source);
        while let Some(letter) = rest.chars().next() {
            let after = rest.get(letter.len_utf8()..).unwrap_or_default();
            if letter == '"' {
                self.letters(&mut units, out);
                out.push('"');
                return after;
            }
            if letter != '\\' {
                units.extend_from_slice(letter.encode_utf16(&mut [0; 2]));
                rest = after;
            } else if let Some((unit, behind)) = chosen(after) {
                units.push(unit);
                rest = behind;
            } else {
                // What must be escaped stays as it is.
                self.letters(&mut units, out);
                let length = if after.starts_with('u') { 5 } else { 1 };
                let end = after.char_indices().nth(length).map_or(after.len(), |(at, _)| at);
                let (kept, behind) = after.split_at(end);
                out.push('\\');
                out.push_str(kept);
                rest = behind;
            }
        }
        self.letters(&mut units, out);
        rest
    }

    fn letters(self, units: &mut Vec<u16>, out: &mut String) {
        for letter in char::decode_utf16(units.drain(..)) {
            match letter {
                Ok(letter) => self.letter(letter, out),
                // Half of a pair cannot stand there bare.
                Err(half) => escaped(half.unpaired_surrogate(), self.letters == Letters::Upper, out),
            }
        }
    }

    fn letter(self, letter: char, out: &mut String) {
        let upper = match letter {
            '/' if self.slashes => return out.push_str("\\/"),
            '<' | '%' | '@' if self.signs == Signs::Meta => true,
            '<' | '%' | '@' if self.signs == Signs::MetaLower => false,
            '<' | '>' | '&' if self.signs == Signs::Html => false,
            _ if letter.is_ascii() || self.letters == Letters::Raw => return out.push(letter),
            _ => self.letters == Letters::Upper,
        };
        for unit in letter.encode_utf16(&mut [0; 2]) {
            escaped(*unit, upper, out);
        }
    }
}

/// The unit that an escape names where a writer may choose; behind the backslash.
fn chosen(escape: &str) -> Option<(u16, &str)> {
    if let Some(behind) = escape.strip_prefix('/') {
        return Some((u16::from(b'/'), behind));
    }
    let digits = escape.strip_prefix('u')?;
    let unit = u16::from_str_radix(digits.get(..4)?, 16).ok()?;
    let must = unit < 0x20 || unit == 0x7f || unit == u16::from(b'"') || unit == u16::from(b'\\');
    (!must).then_some((unit, digits.get(4..)?))
}

fn escaped(unit: u16, upper: bool, out: &mut String) {
    // Writing into a text does not fail.
    let _ = if upper {
        write!(out, "\\u{unit:04X}")
    } else {
        write!(out, "\\u{unit:04x}")
    };
}

impl fmt::Display for Spelling {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.slashes {
            "slashes as \\/, "
        } else {
            "slashes bare, "
        })?;
        f.write_str(match self.letters {
            Letters::Lower => "other letters as \\u00e4",
            Letters::Upper => "other letters as \\u00E4",
            Letters::Raw => "other letters bare",
        })?;
        f.write_str(match self.signs {
            Signs::Plain => "",
            Signs::Meta => ", <%@ as Meta does",
            Signs::MetaLower => ", <%@ as \\u003c",
            Signs::Html => ", <>& as \\u003c",
        })
    }
}
