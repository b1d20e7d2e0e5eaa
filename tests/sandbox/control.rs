//! What the control paths say of a request that they cannot carry out.

use serde_json::json;

use crate::support::Rig;

#[tokio::test]
async fn a_refusal_names_what_is_wrong_and_is_problem_json() {
    let rig = Rig::start().await;
    for (path, status, detail) in [
        (
            "/sandbox/calls?limit=x",
            400,
            "query: invalid digit found in string",
        ),
        (
            "/sandbox/deliveries?limits=1",
            400,
            "query: unknown field `limits`, expected one of `limit`, `account`, `path`, `bodies`",
        ),
        ("/sandbox/feed/nobody", 404, "no account nobody"),
        ("/sandbox/comments", 404, "no control path GET /sandbox/comments"),
    ] {
        let refused = rig.look(path).await;
        assert_eq!(
            (refused.status, &refused.body["detail"]),
            (status, &json!(detail)),
            "{path}"
        );
        assert_eq!(
            refused.headers["content-type"], "application/problem+json",
            "{path}"
        );
    }
    for (path, body, status, detail) in [
        (
            "/sandbox/clock",
            json!({}),
            400,
            "advance_seconds: is required, unless set says a time",
        ),
        (
            "/sandbox/accounts/nobody",
            json!({ "followers_count": 1 }),
            404,
            "no account nobody",
        ),
    ] {
        let refused = rig.post(path, body).await;
        assert_eq!(
            (refused.status, &refused.body["detail"]),
            (status, &json!(detail)),
            "{path}"
        );
    }
}
