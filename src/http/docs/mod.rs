//! `/openapi.json` and `/docs`, a page that shows it and lets it be tried.
//!
//! The page is Swagger UI out of this binary. Its policy lets the browser load from here and speak to here only,
//! so that nobody else learns who reads it, and no key that is typed into it can leave.

mod page;

pub use page::Documentation;
