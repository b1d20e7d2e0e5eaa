//! From what was asked for to what will be written: unknown names, wrong modifiers and bad cursors are
//! refused here, each failing the whole request as at Meta.

use std::fmt::Write as _;

use super::shape::{Part, Shape};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::fields::{self, Field};
use crate::sandbox::world::{Place, Slice};

/// A field that exists and was asked for.
#[derive(Clone, Debug)]
pub(crate) struct Selected {
    pub(crate) name: &'static str,
    /// Of a list.
    pub(crate) slice: Slice,
    /// Of a look-up.
    pub(crate) target: Option<String>,
    pub(crate) inner: Vec<Selected>,
}

/// Pages are this long unless said otherwise.
const USUAL: usize = 25;

/// What to write of a node when `asked` is the `fields` parameter.
pub(crate) fn select(shape: &'static Shape, asked: Option<&str>) -> Result<Vec<Selected>, GraphFault> {
    let text = asked.filter(|text| !text.is_empty()).unwrap_or(shape.default);
    let parsed = fields::parse(text).map_err(|error| GraphFault::saying(2_500, error.to_string()))?;
    chosen(shape, &parsed)
}

/// The part of an edge that parameters or modifiers ask for.
pub(crate) fn slice<'a>(most: usize, said: impl Fn(&str) -> Option<&'a str>) -> Result<Slice, GraphFault> {
    let cursor = |name| {
        let place = |text| Place::of_cursor(text).ok_or_else(|| GraphFault::bad_parameter("Invalid cursor"));
        said(name).filter(|text| !text.is_empty()).map(place).transpose()
    };
    let limit = match said("limit") {
        None => USUAL,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| *limit > 0)
            .ok_or_else(|| GraphFault::bad_parameter("Param limit must be a positive integer"))?,
    };
    Ok(Slice {
        limit: limit.min(most),
        after: cursor("after")?,
        before: cursor("before")?,
    })
}

/// Whether comments are among what is asked for, at any depth: they need a permission of their own.
pub(crate) fn wants_comments(selected: &[Selected]) -> bool {
    const THEIRS: [&str; 3] = ["comments", "replies", "mentioned_comment"];
    selected
        .iter()
        .any(|field| THEIRS.contains(&field.name) || wants_comments(&field.inner))
}

impl Selected {
    /// The list as text again, for links to the next page.
    pub(crate) fn text(selected: &[Self]) -> String {
        let mut text = String::new();
        for (at, field) in selected.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            write!(text, "{comma}{}", field.name).expect("a string takes every write");
            if !field.inner.is_empty() {
                write!(text, "{{{}}}", Self::text(&field.inner)).expect("a string takes every write");
            }
        }
        text
    }
}

fn chosen(shape: &'static Shape, parsed: &[Field<'_>]) -> Result<Vec<Selected>, GraphFault> {
    let mut selected: Vec<Selected> = Vec::with_capacity(parsed.len());
    for field in parsed {
        let one = one(shape, field)?;
        if selected.iter().all(|other| other.name != one.name) {
            selected.push(one);
        }
    }
    Ok(selected)
}

fn one(shape: &'static Shape, field: &Field<'_>) -> Result<Selected, GraphFault> {
    let known = shape.parts.iter().find(|(name, _)| *name == field.name);
    let (name, part) = known.ok_or_else(|| GraphFault::no_such_field(field.name, shape.name))?;
    let said = |wanted: &str| {
        let found = field.modifiers.iter().find(|(modifier, _)| *modifier == wanted);
        found.map(|(_, argument)| *argument)
    };
    let most = if let Part::Edge(_, most) = part {
        *most
    } else {
        USUAL
    };
    let target = match part {
        Part::Lookup(_, by) => Some(said(by).ok_or_else(|| missing(by))?.to_owned()),
        Part::Value | Part::Node(_) | Part::Edge(..) => None,
    };
    Ok(Selected {
        name,
        slice: slice(most, said)?,
        target,
        inner: inner(part, field)?,
    })
}

fn inner(part: &Part, field: &Field<'_>) -> Result<Vec<Selected>, GraphFault> {
    match (part, &field.inner) {
        (Part::Value, None) => Ok(Vec::new()),
        (Part::Value, Some(_)) => Err(GraphFault::saying(
            2_500,
            format!("Subfields are not supported by {}", field.name),
        )),
        (Part::Node(shape) | Part::Edge(shape, _) | Part::Lookup(shape, _), Some(inner)) => {
            chosen(shape, inner)
        }
        (Part::Node(shape) | Part::Edge(shape, _) | Part::Lookup(shape, _), None) => select(shape, None),
    }
}

fn missing(parameter: &str) -> GraphFault {
    GraphFault::bad_parameter(&format!("The parameter {parameter} is required"))
}
