//! What no route answers: 405 where the path has other methods, else 404.

use actix_web::HttpRequest;
use actix_web::dev::ResourceDef;
use actix_web::http::Method;
use actix_web::web::Data;
use utoipa::openapi::{OpenApi, PathItem};

use super::{Kind, Problem};

/// The methods that each path knows, as the description has them.
pub struct Known(Vec<(ResourceDef, String)>);

impl Known {
    /// Of the description.
    pub fn of(api: &OpenApi) -> Self {
        let paths = api.paths.paths.iter();
        Self(
            paths
                .map(|(path, item)| (ResourceDef::new(path.as_str()), methods(item)))
                .collect(),
        )
    }

    fn methods(&self, path: &str) -> Option<&str> {
        let known = self.0.iter().find(|(resource, _)| resource.is_match(path));
        known.map(|(_, methods)| methods.as_str())
    }
}

fn methods(item: &PathItem) -> String {
    let all = [
        (Method::GET, item.get.is_some()),
        (Method::HEAD, item.head.is_some()),
        (Method::POST, item.post.is_some()),
        (Method::PUT, item.put.is_some()),
        (Method::PATCH, item.patch.is_some()),
        (Method::DELETE, item.delete.is_some()),
    ];
    let known: Vec<String> = all
        .into_iter()
        .filter(|(_, is)| *is)
        .map(|(method, _)| method.to_string())
        .collect();
    known.join(", ")
}

/// Refuses what no route has answered.
pub async fn refuse(request: HttpRequest, known: Data<Known>) -> Result<&'static str, Problem> {
    match known.methods(request.path()) {
        Some(methods) => Err(Kind::MethodNotAllowed
            .because(format!("{} has {methods}", request.path()))
            .allowing(methods.to_owned())),
        None => {
            Err(Kind::NotFound.because("there is no such route; /openapi.json describes those there are"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_known_by_its_template_with_all_its_methods() {
        let known = Known::of(&crate::http::documentation::description());
        assert_eq!(known.methods("/api/instagram/webhook"), Some("GET, POST"));
        assert_eq!(known.methods("/api/events/0198"), Some("GET"));
        assert_eq!(known.methods("/api/events/0198/retry"), Some("POST"));
        assert_eq!(known.methods("/api/nothing"), None);
    }
}
