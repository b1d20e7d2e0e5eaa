//! A database for one test, copied from a migrated one and dropped with its value.

use super::cluster::Cluster;
use super::machine::{lock, migrations, programs, random};

/// A database of a test's own, dropped with this value.
pub(crate) struct TestDatabase {
    cluster: Cluster,
    name: String,
}

impl TestDatabase {
    /// The URL to give as `DATABASE_URL`.
    pub(crate) fn url(&self) -> String {
        self.cluster.url(&self.name)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // The cluster's end removes what could not be dropped here.
        self.cluster
            .tool("dropdb")
            .args(["--if-exists", "--force", &self.name])
            .status()
            .ok();
    }
}

/// A copy of the database `kind`, which `migrate` prepares when it is given its URL: once per run, kind and
/// state of `migrations/postgres`. None if this machine has no PostgreSQL, which is said aloud.
///
/// # Panics
/// If PostgreSQL is missing where `CI` is set, or does not start.
pub(crate) async fn database<Migrated: Future<Output = ()>>(
    kind: &str,
    migrate: impl FnOnce(String) -> Migrated,
) -> Option<TestDatabase> {
    let Some(bin) = programs() else {
        let missing = "PostgreSQL's server programs are not installed: run scripts/test-setup";
        assert!(std::env::var_os("CI").is_none(), "{missing}");
        say(missing);
        return None;
    };
    let cluster = Cluster::find(bin);
    let lock = lock();
    cluster.start_unless_ready();
    let template = format!("{kind}_{:016x}", migrations());
    if !cluster.has(&template) {
        let draft = format!("draft_{:016x}", random());
        cluster.run("createdb", &["-T", "template0", &draft]);
        migrate(cluster.url(&draft)).await;
        // Renaming waits for connections that are closing; a pool that was only dropped may not be.
        cluster.sql(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{draft}'"
        ));
        cluster.sql(&format!("ALTER DATABASE {draft} RENAME TO {template}"));
        cluster.sql(&format!("ALTER DATABASE {template} WITH ALLOW_CONNECTIONS false"));
        cluster.note(&template);
    }
    drop(lock);
    let name = format!("t_{:016x}", random());
    cluster.copy(&template, &name);
    Some(TestDatabase { cluster, name })
}

#[expect(clippy::print_stderr, reason = "a gap in what was tested must be seen")]
fn say(missing: &str) {
    eprintln!("NOT TESTED on PostgreSQL: {missing}");
}
