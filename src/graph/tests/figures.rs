//! What the metrics tell of a call, and what they must not.

use metrics_exporter_prometheus::PrometheusBuilder;

use super::support::{Stub, TOKEN, access};
use crate::domain::Login;

#[tokio::test]
async fn calls_are_counted_by_host_edge_and_class_and_never_by_id() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let _local = metrics::set_default_local_recorder(&recorder);
    let good = Stub::json(200, r#"{"data":[]}"#).await;
    good.graph()
        .comments_page(&access(Login::Facebook), "18000000000000042", None, false)
        .await
        .unwrap();
    let bad = Stub::json(400, r#"{"error":{"code":100,"error_subcode":33}}"#).await;
    bad.graph()
        .comment(&access(Login::Instagram), "17850000000000011")
        .await
        .unwrap_err();

    let figures = recorder.handle().render();
    for line in [
        r#"belino_graph_calls_total{host="facebook",edge="comments",class="ok"} 1"#,
        r#"belino_graph_calls_total{host="instagram",edge="comment",class="gone-suspected"} 1"#,
        r#"belino_graph_call_seconds_count{host="facebook",edge="comments"} 1"#,
    ] {
        assert!(figures.contains(line), "{line} in {figures}");
    }
    for secret in [
        "18000000000000042",
        "17850000000000011",
        "17841400000000001",
        TOKEN,
    ] {
        assert!(!figures.contains(secret), "{secret} in {figures}");
    }
}
