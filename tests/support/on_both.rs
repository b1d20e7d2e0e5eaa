//! Cases on both databases. The binary names as `harness` the module that runs one on SQLite and on PostgreSQL.

/// Runs each case on both databases.
macro_rules! on_both {
    ($($case:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::harness::on_sqlite(super::$case).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $case() {
                $crate::harness::on_postgres(super::$case).await;
            })*
        }
    };
}
pub(crate) use on_both;
