//! What is served under `/docs`, and the description beside it.

use std::io;
use std::sync::{Arc, OnceLock};

use actix_web::http::header::{
    CONTENT_ENCODING, CONTENT_SECURITY_POLICY, ContentEncoding, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::middleware::DefaultHeaders;
use actix_web::web::{self, Bytes, Path, ServiceConfig};
use actix_web::{HttpResponse, mime};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use super::super::{Kind, Problem};

/// Ours, since the page of the library has the library's name for a title.
const PAGE: &str = include_str!("page.html");

/// Everything from here, nothing from or to elsewhere. Swagger UI sets styles from its script and draws with `data:` images.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// The description, written once for all workers, and the page that shows it.
pub struct Documentation {
    description: Bytes,
    page: Arc<Config<'static>>,
}

impl Documentation {
    /// Of this description; the first one writes it for the others, whose is the same.
    pub fn of(api: &OpenApi, written: &OnceLock<Bytes>) -> Self {
        let write = || Bytes::from(api.to_json().expect("a description is JSON"));
        // The base layout has neither a bar that opens other addresses nor the badge of a validator elsewhere.
        let page = Config::new(["/openapi.json"])
            .use_base_layout()
            .display_request_duration(true)
            .default_models_expand_depth(0);
        Self {
            description: written.get_or_init(write).clone(),
            page: Arc::new(page),
        }
    }

    /// Adds its routes.
    pub fn serve(self, app: &mut ServiceConfig) {
        let Self { description, page } = self;
        let describe = move || {
            let description = description.clone();
            async {
                HttpResponse::Ok()
                    .content_type(mime::APPLICATION_JSON)
                    .body(description)
            }
        };
        let show = move |path: Path<String>| std::future::ready(file(&path, &page));
        app.route("/openapi.json", web::get().to(describe))
            .service(web::redirect("/docs", "/docs/"))
            .service(
                web::scope("/docs")
                    .wrap(headers())
                    .route("/{file:.*}", web::get().to(show)),
            );
    }
}

fn headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((CONTENT_SECURITY_POLICY, POLICY))
        .add((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((REFERRER_POLICY, "no-referrer"))
}

fn file(path: &str, page: &Arc<Config<'static>>) -> Result<HttpResponse, Problem> {
    if path.is_empty() {
        return Ok(HttpResponse::Ok().content_type(mime::TEXT_HTML_UTF_8).body(PAGE));
    }
    let file = utoipa_swagger_ui::serve(path, Arc::clone(page))
        .map_err(|error| {
            Kind::Internal
                .because("the page is not whole")
                .caused_by(io::Error::other(error.to_string()))
        })?
        .ok_or_else(|| Kind::NotFound.because("the page has no such file"))?;
    let mut answer = HttpResponse::Ok();
    if file.gzpipped {
        answer.insert_header((CONTENT_ENCODING, ContentEncoding::Gzip));
    }
    Ok(answer
        .content_type(file.content_type)
        .body(file.bytes.into_owned()))
}
