//! HTML out of texts that others wrote: nothing gets in that is not escaped.

use std::fmt::Write as _;

/// A page under construction.
#[derive(Debug, Default)]
pub(crate) struct Html(String);

/// Looks without anything to be fetched.
const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;margin:0;color:#1c1e21;background:#f5f6f7;\
overflow-wrap:anywhere}h1{font-size:1.5rem;line-height:1.25;margin:0 0 1rem}\
main{max-width:32rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:.5rem}\
fieldset{border:1px solid #8a8d91;border-radius:.25rem;margin:0 0 1rem;min-width:0}\
label{display:flex;gap:.5rem;align-items:baseline;padding:.25rem 0}button{font:inherit;padding:.5rem 1rem}";

impl Html {
    /// A narrow page; `inside` writes what stands under its heading.
    pub(crate) fn page(title: &str, inside: impl FnOnce(&mut Self)) -> String {
        Self::document(title, STYLE, |html| {
            html.markup("<main><h1>").text(title).markup("</h1>");
            inside(html);
            html.markup("</main>");
        })
    }

    /// A whole page in looks of its own; `inside` writes its body.
    pub(crate) fn document(title: &str, style: &'static str, inside: impl FnOnce(&mut Self)) -> String {
        let mut html = Self::default();
        html.markup("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">");
        html.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>");
        html.text(title);
        html.markup("</title><style>");
        html.markup(style);
        html.markup("</style></head><body>");
        inside(&mut html);
        html.markup("</body></html>");
        html.0
    }

    /// Markup of our own.
    pub(crate) fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Anybody's text, in an element or in a quoted attribute.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        for letter in text.chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                control if control.is_control() => {
                    write!(self.0, "&#{};", u32::from(control)).expect("a string takes every write");
                }
                plain => self.0.push(plain),
            }
        }
        self
    }

    /// A paragraph.
    pub(crate) fn paragraph(&mut self, text: &str) {
        self.markup("<p>").text(text).markup("</p>");
    }

    /// A value that the form carries along.
    pub(crate) fn hidden(&mut self, name: &str, value: &str) {
        self.markup("<input type=\"hidden\" name=\"").text(name);
        self.markup("\" value=\"").text(value).markup("\">");
    }

    /// Something to choose: `kind` is markup for the input, up to its name.
    pub(crate) fn choice(&mut self, kind: &'static str, name: &'static str, value: &str, label: &str) {
        self.markup("<label><input ")
            .markup(kind)
            .markup(" name=\"")
            .markup(name);
        self.markup("\" value=\"").text(value).markup("\"> ");
        self.text(label).markup("</label>");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_others_wrote_stays_text() {
        let page = Html::page("<script>alert('1')</script>", |html| {
            html.hidden("\"><img src=x>", "a&b\"\n");
            html.choice("type=\"radio\"", "as", "\" onclick=\"x", "</label><b>");
        });
        assert!(!page.contains("<script"), "{page}");
        assert!(!page.contains("<img") && !page.contains("<b>"), "{page}");
        assert!(page.contains("value=\"a&amp;b&quot;&#10;\""), "{page}");
        assert!(page.contains("value=\"&quot; onclick=&quot;x\""), "{page}");
    }
}
