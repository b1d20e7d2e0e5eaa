//! Asking for a post.

use actix_web::http::header::LOCATION;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse, dev, post};
use sha2::{Digest, Sha256};

use super::asked::NewPost;
use super::view::PostView;
use crate::domain::Account;
use crate::effects::PostRequest;
use crate::http::accounts::meant;
use crate::http::answers::Posting;
use crate::http::auth::Writer;
use crate::http::body::Body;
use crate::http::params::{Nothing, Params};
use crate::http::{Kind, Problem, State};
use crate::store::Created;

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
    let written = serde_json::to_vec(&asked).expect("a post is JSON");
    let account = account(&state, &caller, asked.account.clone()).await?;
    let workspace = account.workspace_id;
    let request = PostRequest {
        workspace: workspace.ok_or_else(|| Kind::NotFound.because("there is no such account"))?,
        account,
        publish_at: asked.publish_at,
        draft: asked.draft,
        when_full: asked.when_full,
        intent: asked.intent(),
        idempotency_key,
        request_hash: Sha256::digest(&written).into(),
    };
    let effects = state.effects.clone();
    let created = state
        .lifecycle
        .shielded(async move { effects.create_post(request).await })
        .await??;
    state.bells.ring_feed();
    let (Created::New(effect) | Created::Before(effect)) = created else {
        return Err(Kind::KeyReused.because("Idempotency-Key: something else was asked for under it before"));
    };
    Ok(HttpResponse::Accepted()
        .insert_header((LOCATION, format!("/api/instagram/posts/{}", effect.id)))
        .json(PostView::from(*effect)))
}

/// The account that is meant, in the caller's workspace.
async fn account(state: &State, caller: &Writer, named: Option<String>) -> Result<Account, Problem> {
    let unknown =
        || Kind::NotConnected.because("account: there is none of this id that is connected; connect it");
    let named = match named {
        Some(id) => Some(id),
        None => meant(state, caller.workspace, None).await?,
    };
    let id = named.ok_or_else(|| Kind::NotConnected.because("account: none is connected; connect one"))?;
    let accounts = state.store.accounts(caller.workspace).await?;
    accounts
        .into_iter()
        .find(|account| account.instagram_id == id)
        .ok_or_else(unknown)
}
