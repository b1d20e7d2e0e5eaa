//! What is asked of a list: which fields, and which part of it.

use crate::sandbox::answer::{Scene, Selected, Shape, select, slice, wants_comments};
use crate::sandbox::errors::GraphFault;
use crate::sandbox::graph::authority::need;
use crate::sandbox::graph::request::Request;
use crate::sandbox::world::Slice;

/// Pages of everything but comments.
pub(super) const PER_PAGE: usize = 100;

/// Fields and part of a list.
pub(super) struct Asked {
    pub(super) fields: Vec<Selected>,
    pub(super) slice: Slice,
}

impl Asked {
    /// Reads `fields`, `limit` and cursors.
    pub(super) fn read(
        scene: &Scene<'_>,
        shape: &'static Shape,
        most: usize,
        request: &Request,
    ) -> Result<Self, GraphFault> {
        let fields = select(shape, request.param("fields"))?;
        if wants_comments(&fields) {
            need(scene.token, scene.login.comments_scope(), scene.now)?;
        }
        let slice = slice(most, |name| request.param(name))?;
        Ok(Self { fields, slice })
    }

    /// The same, as if it had been a field of a node.
    pub(super) fn as_field(&self) -> Selected {
        Selected {
            name: "messages",
            slice: self.slice,
            target: None,
            inner: self.fields.clone(),
        }
    }
}
