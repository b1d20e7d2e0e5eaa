//! A form as a browser reads it from a page, filled in and sent.

use std::collections::HashMap;

/// A form of a page.
#[derive(Debug)]
pub(crate) struct Form {
    pub(crate) method: String,
    pub(crate) action: String,
    inputs: Vec<Input>,
}

#[derive(Debug)]
struct Input {
    kind: String,
    name: String,
    value: String,
    checked: bool,
}

impl Form {
    /// The only form of a page.
    pub(crate) fn of(page: &str) -> Self {
        let tags = tags(page);
        let form = &tags.iter().find(|(name, _)| name == "form").unwrap().1;
        let inputs = tags
            .iter()
            .filter(|(name, _)| name == "input")
            .map(|(_, said)| Input {
                kind: said["type"].clone(),
                name: said["name"].clone(),
                value: said["value"].clone(),
                checked: said.contains_key("checked"),
            });
        Self {
            method: form["method"].clone(),
            action: form["action"].clone(),
            inputs: inputs.collect(),
        }
    }

    /// The values of a name, ticked or not.
    pub(crate) fn values(&self, name: &str) -> Vec<&str> {
        let named = self.inputs.iter().filter(|input| input.name == name);
        named.map(|input| input.value.as_str()).collect()
    }

    /// Ticks a box or chooses a button of a group, or takes the tick away.
    pub(crate) fn tick(&mut self, name: &str, value: &str, checked: bool) {
        let mut named = self.inputs.iter_mut();
        let input = named
            .find(|input| input.kind != "hidden" && input.name == name && input.value == value)
            .unwrap();
        input.checked = checked;
    }

    /// What a browser sends when `button` is pressed.
    pub(crate) fn sent(&self, button: &[(&str, &str)]) -> Vec<(String, String)> {
        let said = |input: &&Input| input.kind == "hidden" || input.checked;
        let fields = self.inputs.iter().filter(said);
        let fields = fields.map(|input| (input.name.clone(), input.value.clone()));
        let pressed = button
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        fields.chain(pressed).collect()
    }
}

/// Opening tags with their attributes.
fn tags(page: &str) -> Vec<(String, HashMap<String, String>)> {
    let opened = page.split('<').skip(1).filter(|tag| !tag.starts_with(['/', '!']));
    opened
        .map(|tag| {
            let tag = tag.split('>').next().unwrap();
            let (name, rest) = tag.split_once(' ').unwrap_or((tag, ""));
            (name.to_owned(), attributes(rest))
        })
        .collect()
}

fn attributes(mut rest: &str) -> HashMap<String, String> {
    let mut said = HashMap::new();
    loop {
        rest = rest.trim_start();
        let end = rest.find(['=', ' ']).unwrap_or(rest.len());
        let (name, behind) = rest.split_at(end);
        if name.is_empty() {
            return said;
        }
        rest = behind;
        let mut value = String::new();
        if let Some(quoted) = behind.strip_prefix("=\"") {
            let (inner, behind) = quoted.split_once('"').unwrap();
            (value, rest) = (plain(inner), behind);
        }
        said.insert(name.to_owned(), value);
    }
}

fn plain(escaped: &str) -> String {
    escaped
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
}
