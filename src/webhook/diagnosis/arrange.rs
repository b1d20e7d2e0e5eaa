//! The same JSON with other blanks, and its members in another order. Texts and numbers stay as they were written.

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// Levels below this stay as they were written: it bounds the stack.
const DEEPEST: usize = 32;

/// The order in which Meta was seen to write members (meta-webhooks.md §3–4); others stay behind as they were.
const AS_DOCUMENTED: &str = "object entry id time changes messaging standby field value sender recipient timestamp message mid \
    text attachments parent_id from username self_ig_scoped_id media media_product_type type payload url";
/// The same as other deliveries have it.
const AS_SEEN: &str = "entry time id changes messaging standby value from username sender recipient timestamp message mid \
    media media_product_type text parent_id type payload url field object";

enum Node<'a> {
    Leaf(&'a str),
    List(Vec<Self>),
    Object(Vec<(&'a str, Self)>),
}

#[derive(Clone, Copy)]
enum Layout {
    Compact,
    /// A blank behind commas and colons, as Python does.
    Spaced,
    /// A line each, indented by this.
    Lines(&'static str),
}

#[derive(Clone, Copy)]
enum Order {
    Kept,
    Sorted,
    By(&'static str),
}

const LAYOUTS: [(Layout, &str); 5] = [
    (Layout::Compact, "without blanks"),
    (Layout::Spaced, "with a blank behind commas and colons"),
    (Layout::Lines("  "), "in lines indented by 2"),
    (Layout::Lines("    "), "in lines indented by 4"),
    (Layout::Lines("\t"), "in lines indented by tabs"),
];

const ORDERS: [(Order, &str); 4] = [
    (Order::Kept, ""),
    (Order::By(AS_DOCUMENTED), ", members in Meta's order"),
    (Order::By(AS_SEEN), ", members in Meta's other order"),
    (Order::Sorted, ", members sorted"),
];

/// Every arrangement of a JSON text, with words for it; nothing if it is no JSON.
pub(super) fn all(json: &str) -> Vec<(String, String)> {
    let Ok(raw) = serde_json::from_str::<&RawValue>(json) else {
        return Vec::new();
    };
    let root = read(raw, 0);
    let mut forms = Vec::with_capacity(LAYOUTS.len() * ORDERS.len());
    for (order, order_words) in ORDERS {
        for (layout, words) in LAYOUTS {
            let mut text = String::with_capacity(json.len() * 2);
            let writer = Writer { layout, order };
            writer.node(&root, 0, &mut text);
            forms.push((format!("{words}{order_words}"), text));
        }
    }
    forms
}

fn read(raw: &RawValue, depth: usize) -> Node<'_> {
    let source = raw.get();
    if depth >= DEEPEST {
        return Node::Leaf(source);
    }
    let node = match source.as_bytes().first() {
        Some(b'{') => serde_json::from_str::<Members<'_>>(source).ok().map(|members| {
            let members = members.0.into_iter();
            Node::Object(
                members
                    .map(|(name, value)| (name.get(), read(value, depth + 1)))
                    .collect(),
            )
        }),
        Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(source)
            .ok()
            .map(|items| Node::List(items.into_iter().map(|item| read(item, depth + 1)).collect())),
        _ => None,
    };
    node.unwrap_or(Node::Leaf(source))
}

/// An object's members in the order in which they stand there.
struct Members<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct InOrder;

        impl<'de> Visitor<'de> for InOrder {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        from.deserialize_map(InOrder)
    }
}

struct Writer {
    layout: Layout,
    order: Order,
}

impl Writer {
    fn node(&self, node: &Node<'_>, depth: usize, out: &mut String) {
        match node {
            Node::Leaf(source) => out.push_str(source),
            Node::List(items) => {
                let write = |item: &Node<'_>, out: &mut String| self.node(item, depth + 1, out);
                self.all(['[', ']'], items, depth, write, out);
            }
            Node::Object(members) => {
                let write = |(name, value): &&(&str, Node<'_>), out: &mut String| {
                    out.push_str(name);
                    out.push_str(if matches!(self.layout, Layout::Compact) {
                        ":"
                    } else {
                        ": "
                    });
                    self.node(value, depth + 1, out);
                };
                self.all(['{', '}'], &self.ordered(members), depth, write, out);
            }
        }
    }

    fn ordered<'n, 'a>(&self, members: &'n [(&'a str, Node<'a>)]) -> Vec<&'n (&'a str, Node<'a>)> {
        let mut ordered: Vec<_> = members.iter().collect();
        match self.order {
            Order::Kept => {}
            Order::Sorted => ordered.sort_by_key(|(name, _)| *name),
            Order::By(words) => ordered.sort_by_key(|(name, _)| {
                let name = name.trim_matches('"');
                words
                    .split_whitespace()
                    .position(|word| word == name)
                    .unwrap_or(usize::MAX)
            }),
        }
        ordered
    }

    fn all<T>(
        &self,
        [open, close]: [char; 2],
        parts: &[T],
        depth: usize,
        write: impl Fn(&T, &mut String),
        out: &mut String,
    ) {
        out.push(open);
        let any = !parts.is_empty();
        for (position, part) in parts.iter().enumerate() {
            if position > 0 {
                out.push(',');
            }
            match self.layout {
                Layout::Spaced if position > 0 => out.push(' '),
                Layout::Lines(indent) => line(indent, depth + 1, out),
                Layout::Compact | Layout::Spaced => {}
            }
            write(part, out);
        }
        if let Layout::Lines(indent) = self.layout
            && any
        {
            line(indent, depth, out);
        }
        out.push(close);
    }
}

fn line(indent: &str, depth: usize, out: &mut String) {
    out.push('\n');
    for _ in 0..depth {
        out.push_str(indent);
    }
}
