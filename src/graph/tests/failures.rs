//! Every way in which a call fails yields a class and a record.

use std::time::Duration;

use rstest::rstest;
use wiremock::ResponseTemplate;

use super::super::{Class, GraphConfig, GraphError};
use super::support::{NOW, Stub, TOKEN, access, graph, secret};
use crate::domain::{Login, PoolKind};
use crate::graph::exchange::LARGEST_ANSWER;

async fn failure(stub: &Stub) -> GraphError {
    stub.graph()
        .comment(&access(Login::Facebook), "17")
        .await
        .unwrap_err()
}

#[rstest]
#[case(
    400,
    r#"{"error":{"message":"gone?","code":100,"error_subcode":33}}"#,
    Class::GoneSuspected
)]
#[case(
    400,
    r#"{"error":{"message":"limit","code":"80002","error_subcode":"2446079"}}"#,
    Class::Wait(PoolKind::Account)
)]
#[case(
    200,
    r#"{"error":{"message":"expired","type":"OAuthException","code":190}}"#,
    Class::Reauth
)]
#[case(
    400,
    r#"{"error":{"message":"no session","type":"OAuthException"}}"#,
    Class::Reauth
)]
#[case(
    400,
    r#"{"error_type":"OAuthException","code":400,"error_message":"used"}"#,
    Class::Reauth
)]
#[case(
    400,
    r#"{"error":{"message":"server","code":-1,"error_subcode":2207001}}"#,
    Class::Retry
)]
#[case(
    400,
    r#"{"error":{"message":"odd","code":7,"is_transient":true}}"#,
    Class::Retry
)]
#[case(
    500,
    r#"{"error":{"message":"The ids query parameter is deprecated","code":100}}"#,
    Class::Bad
)]
#[case(
    400,
    r#"{"error":{"message":"(#10) Not enough viewers for the media","code":10}}"#,
    Class::NoData
)]
#[case(400, r#"{"error":"broken"}"#, Class::Unknown)]
#[case(404, r"{}", Class::Unknown)]
#[case(503, r"{}", Class::Retry)]
#[case(429, "", Class::Wait(PoolKind::Account))]
#[case(502, "", Class::Retry)]
#[case(200, "", Class::Retry)]
#[case(200, "<html>Sign in to the network</html>", Class::Retry)]
#[case(403, "<html>Forbidden by proxy</html>", Class::Retry)]
#[case(200, r#"{"data":[]}"#, Class::Unknown)]
#[case(200, "[1]", Class::Unknown)]
#[case(200, "true", Class::Unknown)]
#[tokio::test]
async fn every_shape_of_error_has_its_class(#[case] status: u16, #[case] body: &str, #[case] class: Class) {
    let error = failure(&Stub::json(status, body).await).await;
    assert_eq!(error.class(), class);
    assert_eq!(error.call.status, Some(status));
    assert_eq!(error.call.class, Some(class));
}

#[tokio::test]
async fn an_error_keeps_what_meta_said_and_the_record_of_its_call() {
    let body = r#"{"error":{"message":"(#80002) too many calls","code":80002,"error_subcode":2446079,
        "fbtrace_id":"AbC"}}"#;
    let usage = r#"{"17841400000000001":[{"type":"instagram","call_count":101,
        "estimated_time_to_regain_access":9}]}"#;
    let answer = ResponseTemplate::new(400)
        .set_body_raw(body, "application/json")
        .insert_header("x-business-use-case-usage", usage.replace('\n', " "));
    let error = failure(&Stub::answering(answer).await).await;
    assert_eq!((error.code, error.subcode), (Some(80_002), Some(2_446_079)));
    assert_eq!(
        (error.message.as_str(), error.trace_id.as_deref()),
        ("(#80002) too many calls", Some("AbC"))
    );
    assert_eq!(
        (error.call.edge, error.call.method, error.call.path.as_str()),
        ("comment", "GET", "/17")
    );
    assert_eq!(error.call.started_at, NOW);
    assert_eq!(error.call.usage.highest(), Some(101));
    assert_eq!(error.call.usage.regain(), Some(Duration::from_mins(9)));
}

#[tokio::test]
async fn a_late_answer_is_no_answer() {
    let slow = ResponseTemplate::new(200).set_delay(Duration::from_secs(30));
    let stub = Stub::answering(slow).await;
    let config = GraphConfig {
        timeout: Duration::from_millis(50),
        ..stub.config()
    };
    let error = graph(config)
        .comment(&access(Login::Facebook), "17")
        .await
        .unwrap_err();
    assert_eq!((error.class(), error.call.status), (Class::Retry, None));
    assert_eq!(error.message, "no answer in time");
}

#[tokio::test]
async fn an_unreachable_host_is_a_recorded_call_that_tells_no_secret() {
    let config = {
        let gone = Stub::json(200, "{}").await;
        GraphConfig {
            facebook_url: "http://127.0.0.1:9".parse().unwrap(),
            facebook_app_secret: Some(secret()),
            ..gone.config()
        }
    };
    let error = graph(config)
        .comment(&access(Login::Facebook), "17")
        .await
        .unwrap_err();
    assert_eq!((error.class(), error.call.status), (Class::Retry, None));
    let shown = format!("{error} {error:?}");
    assert!(
        !shown.contains(TOKEN) && !shown.contains("appsecret_proof"),
        "{shown}"
    );
}

#[tokio::test]
async fn an_answer_is_read_up_to_a_bound() {
    let fits = format!(r#"{{"id":"1","text":"{}"}}"#, "a".repeat(LARGEST_ANSWER - 64));
    let stub = Stub::json(200, &fits).await;
    assert!(stub.graph().comment(&access(Login::Facebook), "1").await.is_ok());
    let error = failure(&Stub::json(200, &"a".repeat(LARGEST_ANSWER + 1)).await).await;
    assert_eq!((error.class(), error.call.status), (Class::Unknown, Some(200)));
    assert_eq!(error.message, "the answer is too large or too deep");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let elsewhere = Stub::json(200, r#"{"id":"17"}"#).await;
    let answer = ResponseTemplate::new(302).insert_header("location", elsewhere.server.uri());
    let error = failure(&Stub::answering(answer).await).await;
    assert_eq!((error.class(), error.call.status), (Class::Retry, Some(302)));
    assert!(elsewhere.server.received_requests().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_token_that_meta_repeats_is_taken_out_of_the_message() {
    let body = format!(r#"{{"error":{{"message":"Malformed access token {TOKEN}","code":190}}}}"#);
    let error = failure(&Stub::json(400, &body).await).await;
    assert_eq!(error.message, "Malformed access token …");
}

#[tokio::test]
async fn a_mention_that_is_not_in_the_answer_is_an_unknown_shape() {
    let stub = Stub::json(200, r#"{"id":"17841400000000001"}"#).await;
    let error = stub
        .graph()
        .mentioned_media(&access(Login::Facebook), "5")
        .await
        .unwrap_err();
    assert_eq!(error.class(), Class::Unknown);
}
