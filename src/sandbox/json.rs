//! JSON as Meta writes it, straight into a buffer: no tree, no copies, and escapes that no ordinary
//! serialiser makes (meta-webhooks.md §2.1).

use std::io::Write as _;

use super::world::Id;
use crate::domain::Timestamp;

/// Whose escaping.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    /// Graph's answers: `\/` and `\u00e4`.
    Answer,
    /// Webhooks: also `\u003C`, `\u0040` and `\u0025`.
    Webhook,
}

/// A JSON text under construction. Commas come by themselves.
#[derive(Debug)]
pub(crate) struct Json {
    out: Vec<u8>,
    style: Style,
}

impl Json {
    /// An empty text.
    pub(crate) fn new(style: Style) -> Self {
        Self {
            out: Vec::with_capacity(1_024),
            style,
        }
    }

    /// The bytes written.
    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.out
    }

    /// The text written.
    pub(crate) fn into_text(self) -> String {
        String::from_utf8(self.out).expect("only whole characters are written")
    }

    /// An object, written by `inside`.
    pub(crate) fn object(&mut self, inside: impl FnOnce(&mut Self)) {
        self.comma();
        self.out.push(b'{');
        inside(self);
        self.out.push(b'}');
    }

    /// An array, written by `inside`.
    pub(crate) fn array(&mut self, inside: impl FnOnce(&mut Self)) {
        self.comma();
        self.out.push(b'[');
        inside(self);
        self.out.push(b']');
    }

    /// A member's name; its value must follow.
    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        self.comma();
        self.out.push(b'"');
        escape(&mut self.out, name, self.style);
        self.out.extend_from_slice(b"\":");
        self
    }

    /// A string.
    pub(crate) fn text(&mut self, text: &str) {
        self.comma();
        self.out.push(b'"');
        escape(&mut self.out, text, self.style);
        self.out.push(b'"');
    }

    /// An id, as a string of digits.
    pub(crate) fn id(&mut self, id: Id) {
        self.comma();
        self.show(format_args!("\"{id}\""));
    }

    /// A whole number.
    pub(crate) fn number(&mut self, number: i64) {
        self.comma();
        self.show(format_args!("{number}"));
    }

    /// A count.
    pub(crate) fn count(&mut self, count: u64) {
        self.comma();
        self.show(format_args!("{count}"));
    }

    /// True or false.
    pub(crate) fn flag(&mut self, flag: bool) {
        self.comma();
        self.show(format_args!("{flag}"));
    }

    /// A time with Meta's offset without colon.
    pub(crate) fn time(&mut self, at: Timestamp) {
        self.comma();
        let whole = Timestamp::from_seconds(at.seconds()).to_string();
        self.show(format_args!("\"{}+0000\"", whole.trim_end_matches('Z')));
    }

    /// JSON that is written already, in the same style.
    pub(crate) fn raw(&mut self, json: &str) {
        self.comma();
        self.out.extend_from_slice(json.as_bytes());
    }

    /// Any JSON value, in this style.
    pub(crate) fn value(&mut self, value: &serde_json::Value) {
        match value {
            serde_json::Value::String(text) => self.text(text),
            serde_json::Value::Array(items) => {
                self.array(|json| items.iter().for_each(|item| json.value(item)));
            }
            serde_json::Value::Object(members) => self.object(|json| {
                for (name, member) in members {
                    json.key(name).value(member);
                }
            }),
            plain => self.raw(&plain.to_string()),
        }
    }

    fn show(&mut self, shown: std::fmt::Arguments<'_>) {
        self.out.write_fmt(shown).expect("a vector takes every write");
    }

    fn comma(&mut self) {
        if !matches!(self.out.last(), None | Some(b'{' | b'[' | b':')) {
            self.out.push(b',');
        }
    }
}

/// Appends `text` escaped: lower-case hex for letters, upper-case for the three signs, as Meta does.
fn escape(out: &mut Vec<u8>, text: &str, style: Style) {
    for letter in text.chars() {
        match letter {
            '"' => out.extend_from_slice(b"\\\""),
            '\\' => out.extend_from_slice(b"\\\\"),
            '/' => out.extend_from_slice(b"\\/"),
            '\n' => out.extend_from_slice(b"\\n"),
            '\r' => out.extend_from_slice(b"\\r"),
            '\t' => out.extend_from_slice(b"\\t"),
            '\u{8}' => out.extend_from_slice(b"\\b"),
            '\u{c}' => out.extend_from_slice(b"\\f"),
            '<' if style == Style::Webhook => out.extend_from_slice(b"\\u003C"),
            '@' if style == Style::Webhook => out.extend_from_slice(b"\\u0040"),
            '%' if style == Style::Webhook => out.extend_from_slice(b"\\u0025"),
            ' '..='~' => out.push(u8::try_from(letter).unwrap_or(b'?')),
            other => escape_units(out, other),
        }
    }
}

fn escape_units(out: &mut Vec<u8>, letter: char) {
    for unit in letter.encode_utf16(&mut [0; 2]) {
        write!(out, "\\u{unit:04x}").expect("a vector takes every write");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook(text: &str) -> String {
        let mut json = Json::new(Style::Webhook);
        json.text(text);
        json.into_text()
    }

    #[test]
    fn webhooks_are_escaped_as_meta_escapes_them() {
        assert_eq!(
            webhook("caf\u{e9} / 50% @you <3"),
            r#""caf\u00e9 \/ 50\u0025 \u0040you \u003C3""#
        );
        assert_eq!(
            webhook("\u{1f35e}\n\u{0}\u{7f}"),
            r#""\ud83c\udf5e\n\u0000\u007f""#
        );
    }

    #[test]
    fn what_is_escaped_reads_back_as_it_was() {
        let text = "\u{e4}\u{f6}\"\\/<>&%@ \u{1f600}\u{2028}\u{1}";
        assert_eq!(serde_json::from_str::<String>(&webhook(text)).unwrap(), text);
    }

    #[test]
    fn commas_stand_between_members_and_items_only() {
        let mut json = Json::new(Style::Answer);
        json.object(|json| {
            json.key("a").array(|json| {
                json.number(-1);
                json.object(|_| {});
                json.text("b");
            });
            json.key("at").time(Timestamp::from_micros(1_772_615_700_900_000));
        });
        assert_eq!(
            json.into_text(),
            r#"{"a":[-1,{},"b"],"at":"2026-03-04T09:15:00+0000"}"#
        );
    }
}
