//! One element of an entry's lists, read by where it stands: its field, its value, what it says.

use serde_json::value::RawValue;

use super::content::Content;
use super::entry::{Entry, LONGEST_NAME};
use super::json::{self, Object};
use super::messaging;
use crate::domain::Field;

/// The lists of an entry that hold items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A `field` with its `value`.
    Change,
    /// An item of a thread that we own.
    Messaging,
    /// An item of a thread that another app owns.
    Standby,
    /// The name of a field, sent where the subscription does not include values.
    ChangedField,
}

impl Place {
    /// All of them, in the order in which an entry is read.
    pub(super) const ALL: [Self; 4] = [Self::Change, Self::Messaging, Self::Standby, Self::ChangedField];

    /// The list's name.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Change => "changes",
            Self::Messaging => "messaging",
            Self::Standby => "standby",
            Self::ChangedField => "changed_fields",
        }
    }
}

/// What an element says, or why it cannot be read.
pub(super) struct Reading<'a> {
    /// Its field; where it names none, the list it stood in.
    pub(super) field: Field,
    /// The part that its fingerprint is taken of.
    pub(super) value: &'a RawValue,
    /// That part, if it is an object of the shape that the field has.
    pub(super) object: Option<Object<'a>>,
    /// What it becomes.
    pub(super) content: Result<Content, &'static str>,
}

impl<'a> Reading<'a> {
    /// Of an element.
    pub(super) fn of(place: Place, raw: &'a RawValue, entry: &Entry) -> Self {
        match (place, Object::read(raw)) {
            (Place::ChangedField, _) => Self::changed_field(raw),
            (_, None) => Self::fault(place.name(), raw, "the item is not an object"),
            (Place::Change, Some(change)) => Self::change(raw, &change, entry),
            (Place::Messaging, Some(item)) => Self::messaging(messaging::field(&item), raw, item),
            (Place::Standby, Some(item)) => Self::stored(Field::Standby, raw, Some(item)),
        }
    }

    /// Of an element that tells no field, by the name of where it stood.
    pub(super) fn fault(place: &str, raw: &'a RawValue, reason: &'static str) -> Self {
        Self {
            field: Field::from(place),
            value: raw,
            object: None,
            content: Err(reason),
        }
    }

    fn stored(field: Field, value: &'a RawValue, object: Option<Object<'a>>) -> Self {
        Self {
            field,
            value,
            object,
            content: Ok(Content::Stored),
        }
    }

    fn changed_field(raw: &'a RawValue) -> Self {
        match json::text(raw) {
            Some(name) if is_name(&name) => Self::stored(Field::ChangedFields, raw, None),
            _ => Self::fault(Place::ChangedField.name(), raw, "not the name of a field"),
        }
    }

    fn messaging(field: Field, value: &'a RawValue, item: Object<'a>) -> Self {
        let content = Content::read(&field, &item, "");
        Self {
            field,
            value,
            object: Some(item),
            content,
        }
    }

    fn change(raw: &'a RawValue, change: &Object<'a>, entry: &Entry) -> Self {
        let Some(name) = change.text("field").filter(|name| is_name(name)) else {
            return Self::fault(Place::Change.name(), raw, "the change names no field");
        };
        let field = Field::from(name);
        let value = change.get("value").unwrap_or(RawValue::NULL);
        if matches!(
            field,
            Field::Comments | Field::LiveComments | Field::Mentions | Field::StoryInsights
        ) {
            return Self::modelled(field, sole(value), entry);
        }
        // Only dashboard tests are known to send messaging items through `changes` (meta-webhooks.md §3.2): what
        // has not the shape of its field is kept, not judged.
        match Object::read(value).filter(|object| messaging::field(object) == field) {
            Some(item) => Self::messaging(field, value, item),
            None => Self::stored(field, value, None),
        }
    }

    fn modelled(field: Field, value: &'a RawValue, entry: &Entry) -> Self {
        let object = Object::read(value);
        let content = match &object {
            Some(object) => Content::read(&field, object, entry.id().unwrap_or_default()),
            None => Err("the change has no value that is an object"),
        };
        Self {
            field,
            value,
            object,
            content,
        }
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.len() <= LONGEST_NAME
}

/// Meta's text calls `value` an array, its samples and its wire make it an object: a list of one is that one.
fn sole(value: &RawValue) -> &RawValue {
    match json::list(value).as_deref() {
        Some([only]) => only,
        _ => value,
    }
}
