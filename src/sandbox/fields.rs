//! The `fields` parameter: names, modifiers and nested braces, as
//! `id,comments.limit(50).after(QVFI){id,from{username}}` (graph-oauth.md §4).
//!
//! A reader of its own small grammar: what it hands on is shaped right; whether the names exist is asked later.

/// One name in the list, with what was said about it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Field<'a> {
    pub(crate) name: &'a str,
    /// `.name(argument)`, in order.
    pub(crate) modifiers: Vec<(&'a str, &'a str)>,
    /// What stands in braces; none where there are none.
    pub(crate) inner: Option<Vec<Field<'a>>>,
}

/// Why a list cannot be read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("Syntax error \"{what}\" at character {at}: {near}")]
pub(crate) struct SyntaxError {
    what: &'static str,
    at: usize,
    near: String,
}

/// Deeper nesting is refused: a request must not overflow the stack.
const DEEPEST: usize = 8;

/// Reads a whole list.
pub(crate) fn parse(text: &str) -> Result<Vec<Field<'_>>, SyntaxError> {
    let mut reader = Reader { text, at: 0 };
    let fields = reader.list(DEEPEST)?;
    if reader.peek().is_some() {
        return Err(reader.error("Expected end of string instead of"));
    }
    Ok(fields)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn list(&mut self, depth: usize) -> Result<Vec<Field<'a>>, SyntaxError> {
        let mut fields = Vec::new();
        loop {
            fields.push(self.field(depth)?);
            if !self.take(b',') {
                return Ok(fields);
            }
        }
    }

    fn field(&mut self, depth: usize) -> Result<Field<'a>, SyntaxError> {
        let name = self.name()?;
        let mut modifiers = Vec::new();
        while self.take(b'.') {
            let modifier = self.name()?;
            self.expect(b'(', "Expected ( after a modifier instead of")?;
            modifiers.push((modifier, self.argument()?));
        }
        let inner = if self.take(b'{') {
            let depth = depth
                .checked_sub(1)
                .ok_or_else(|| self.error("Nested too deeply"))?;
            let inner = self.list(depth)?;
            self.expect(b'}', "Expected } instead of")?;
            Some(inner)
        } else {
            None
        };
        Ok(Field {
            name,
            modifiers,
            inner,
        })
    }

    fn name(&mut self) -> Result<&'a str, SyntaxError> {
        self.skip_blanks();
        let rest = self.rest();
        let end = rest
            .find(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_')
            .unwrap_or(rest.len());
        let Some(name) = rest.get(..end).filter(|name| !name.is_empty()) else {
            return Err(self.error("Expected string instead of"));
        };
        self.at += end;
        Ok(name)
    }

    /// Up to the closing parenthesis; no argument of Meta's holds one.
    fn argument(&mut self) -> Result<&'a str, SyntaxError> {
        let rest = self.rest();
        let Some((argument, _)) = rest.split_once(')') else {
            return Err(self.error("Expected ) instead of"));
        };
        self.at += argument.len() + 1;
        Ok(argument.trim())
    }

    fn take(&mut self, wanted: u8) -> bool {
        self.skip_blanks();
        let there = self.peek() == Some(wanted);
        if there {
            self.at += 1;
        }
        there
    }

    fn expect(&mut self, wanted: u8, what: &'static str) -> Result<(), SyntaxError> {
        if self.take(wanted) {
            Ok(())
        } else {
            Err(self.error(what))
        }
    }

    fn skip_blanks(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn error(&self, what: &'static str) -> SyntaxError {
        SyntaxError {
            what,
            at: self.at,
            near: self.rest().chars().take(40).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(name: &str) -> Field<'_> {
        Field {
            name,
            modifiers: Vec::new(),
            inner: None,
        }
    }

    #[test]
    fn a_list_is_read_with_modifiers_and_nested_braces() {
        let read =
            parse("id,comments.limit(50).after(QVFI-_){id, from{id,username},replies{id}},caption").unwrap();
        let comments = Field {
            name: "comments",
            modifiers: vec![("limit", "50"), ("after", "QVFI-_")],
            inner: Some(vec![
                plain("id"),
                Field {
                    inner: Some(vec![plain("id"), plain("username")]),
                    ..plain("from")
                },
                Field {
                    inner: Some(vec![plain("id")]),
                    ..plain("replies")
                },
            ]),
        };
        assert_eq!(read, vec![plain("id"), comments, plain("caption")]);
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let deep = "a{".repeat(30);
        for text in [
            "",
            ",",
            "id,",
            "id{",
            "id{}",
            "id}",
            "a.limit",
            "a.limit(1",
            "a b",
            "ä",
            "a..b(1)",
            &deep,
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
