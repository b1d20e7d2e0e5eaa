//! Asking for a post.

use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, post};

use super::asked::NewPost;
use super::view::PostView;
use crate::http::answers::Posting;
use crate::http::auth::Writer;
use crate::http::body::Body;
use crate::http::params::{Nothing, Params};
use crate::http::{Problem, State};

/// A longer name helps nobody.
const LONGEST_KEY: usize = 255;

/// What a caller names what they ask for; asked for again under the same name, it is the same.
pub struct IdempotencyKey(Option<String>);

impl FromRequest for IdempotencyKey {
    type Error = Problem;
    type Future = std::future::Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut dev::Payload) -> Self::Future {
        std::future::ready(read(request))
    }
}

fn read(request: &HttpRequest) -> Result<IdempotencyKey, Problem> {
    let mut given = request.headers().get_all("idempotency-key");
    let wrong = || {
        Problem::parameter(
            "Idempotency-Key",
            "expected once, 1 to 255 printable ASCII letters",
        )
    };
    let Some(value) = given.next() else {
        return Ok(IdempotencyKey(None));
    };
    let text = value.to_str().map_err(|_| wrong())?;
    let printable = text.bytes().all(|c| (0x21..=0x7e).contains(&c));
    if given.next().is_some() || text.is_empty() || text.len() > LONGEST_KEY || !printable {
        return Err(wrong());
    }
    Ok(IdempotencyKey(Some(text.to_owned())))
}

/// Asks for a post: it is published in the background, at once or at its time, and never twice.
///
/// Asked for again under the same `Idempotency-Key` the answer is the post as it stands.
#[utoipa::path(
    tag = "posts",
    operation_id = "create_post",
    params(("Idempotency-Key" = Option<String>, Header, description = "A name of yours for this post")),
    request_body = NewPost,
    responses((status = 202, description = "It is noted", body = PostView), Posting)
)]
#[post("/posts")]
pub async fn create(
    caller: Writer,
    IdempotencyKey(idempotency_key): IdempotencyKey,
    _: Params<Nothing>,
    Body(asked): Body<NewPost>,
    state: Data<State>,
) -> Result<HttpResponse, Problem> {
    let request = asked.request(caller.workspace, idempotency_key);
    let effects = state.effects.clone();
    let creating = async move { effects.create_post(request).await };
    let post = state.lifecycle.shielded(creating).await??;
    state.bells.ring_feed();
    Ok(HttpResponse::Accepted()
        .insert_header((LOCATION, format!("/api/instagram/posts/{}", post.id)))
        .json(PostView::from(post)))
}
