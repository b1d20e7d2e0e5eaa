//! Pages that are reached through a business portfolio.

use actix_web::HttpResponse;
use actix_web::web::{Bytes, Data, Path};

use super::input::Input;
use super::pages::{named, shown};
use super::problem::Problem;
use crate::sandbox::meta::Meta;
use crate::sandbox::world::{Change, Ownership, Portfolio};

/// `POST /sandbox/pages/{page}/portfolio`: puts a Page into its business's portfolio of a `name`, as `owned` or as a
/// `client`'s: from then on it is not listed among anybody's own.
pub(crate) async fn put(meta: Data<Meta>, page: Path<String>, body: Bytes) -> Result<HttpResponse, Problem> {
    let mut input = Input::read(&body)?;
    let portfolio = Portfolio {
        name: input.or("name", "A Portfolio".to_owned())?,
        ownership: input.or("ownership", Ownership::Owned)?,
    };
    input.done()?;
    set(&meta, &page, Some(portfolio))
}

/// `DELETE /sandbox/pages/{page}/portfolio`: takes it out again.
pub(crate) async fn take(meta: Data<Meta>, page: Path<String>) -> Result<HttpResponse, Problem> {
    set(&meta, &page, None)
}

fn set(meta: &Meta, page: &str, portfolio: Option<Portfolio>) -> Result<HttpResponse, Problem> {
    let page = meta.change(|world| {
        let page = named(world, page)?;
        Ok::<_, Problem>((vec![Change::Portfolio { page, portfolio }], page))
    })?;
    shown(meta, page)
}
