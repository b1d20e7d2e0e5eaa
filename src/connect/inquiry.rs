//! Whom a token speaks for and what it may, asked of Graph.

use super::{ConnectError, calls};
use crate::domain::AccessToken;
use crate::domain::{AccountKey, Class, Login, Need, PoolKind};
use crate::graph::{
    Access, Answer, Business, Call, Graph, GraphError, Inspection, LoginApp, ManagedPage, Me, Ownership,
    Page, Permission, Profile,
};
use crate::store::Store;

/// What Graph said of a token.
pub(super) struct Verified {
    pub(super) profile: Profile,
    /// For Facebook Login, the person or Page behind the token.
    pub(super) facebook_id: Option<String>,
    pub(super) scopes: Vec<String>,
}

pub(super) struct Inquiry<'a> {
    graph: &'a Graph,
    pub(super) access: Access,
    /// The account is the one that the token speaks for, not only the one that was named.
    identified: bool,
    calls: Vec<Call>,
}

impl<'a> Inquiry<'a> {
    pub(super) const fn new(graph: &'a Graph, access: Access) -> Self {
        Self {
            graph,
            access,
            identified: false,
            calls: Vec::new(),
        }
    }

    /// Asks everything that a connection is made of.
    pub(super) async fn verify(&mut self, expected: Option<&str>) -> Result<Verified, ConnectError> {
        let (profile, facebook_id) = self.identify(expected).await?;
        self.speaks_for(profile.instagram_id());
        let scopes = self.scopes().await?;
        Ok(Verified {
            profile,
            facebook_id,
            scopes,
        })
    }

    /// The token speaks for this account: what its calls use up, the account uses up.
    pub(super) fn speaks_for(&mut self, instagram_id: &str) {
        instagram_id.clone_into(&mut self.access.instagram_id);
        self.identified = true;
    }

    /// The account that the access is for, which any working one may see.
    pub(super) async fn account(&mut self) -> Result<Profile, GraphError> {
        let account = self.graph.account(&self.access, &self.access.instagram_id).await;
        self.heard(account)
    }

    /// Whether the account's comments may be read.
    pub(super) async fn comments(&mut self) -> Result<(), GraphError> {
        let probed = self.graph.probe(&self.access, Need::Comments).await;
        self.heard(probed)
    }

    /// What a token of Facebook Login is good for.
    pub(super) async fn inspect(
        &mut self,
        app: &LoginApp,
        token: &AccessToken,
    ) -> Result<Inspection, GraphError> {
        let inspected = self.graph.inspect(app, token).await;
        self.heard(inspected)
    }

    /// One page of the Pages that the person manages.
    pub(super) async fn managed_pages(
        &mut self,
        after: Option<&str>,
    ) -> Result<Page<ManagedPage>, GraphError> {
        let pages = self.graph.managed_pages(&self.access, after).await;
        self.heard(pages)
    }

    /// The portfolios that the person belongs to.
    pub(super) async fn businesses(&mut self) -> Result<Vec<Business>, GraphError> {
        let businesses = self.graph.businesses(&self.access).await;
        self.heard(businesses)
    }

    /// One page of a portfolio's Pages.
    pub(super) async fn business_pages(
        &mut self,
        business: &str,
        ownership: Ownership,
        after: Option<&str>,
    ) -> Result<Page<ManagedPage>, GraphError> {
        let pages = self
            .graph
            .business_pages(&self.access, business, ownership, after)
            .await;
        self.heard(pages)
    }

    /// Subscribes the account, or its Page, to these fields.
    pub(super) async fn subscribe(&mut self, fields: &[&str]) -> Result<(), GraphError> {
        let subscribed = self.graph.subscribe(&self.access, fields).await;
        self.heard(subscribed)
    }

    /// Ends the subscription of the account, or of its Page.
    pub(super) async fn unsubscribe(&mut self) -> Result<(), GraphError> {
        let unsubscribed = self.graph.unsubscribe(&self.access).await;
        self.heard(unsubscribed)
    }

    /// Takes back everything that this person granted.
    pub(super) async fn revoke(&mut self, person: AccessToken) -> Result<(), GraphError> {
        let access = Access {
            token: person,
            ..self.access.clone()
        };
        let revoked = self.graph.revoke(&access).await;
        self.heard(revoked)
    }

    /// What the account, or its Page, is subscribed to.
    pub(super) async fn subscribed_fields(&mut self) -> Result<Vec<String>, GraphError> {
        let fields = self.graph.subscribed_fields(&self.access).await;
        self.heard(fields)
    }

    /// Notes the calls. Before the token was identified its answers say nothing of the account that was named.
    pub(super) async fn note(self, store: &Store, account: Option<AccountKey>) {
        let now = store.clock().now();
        let app = self.access.pool(PoolKind::App).to_string();
        let told = self.calls.iter();
        let told = told.flat_map(|call| calls::pools_told(&self.access, call, now));
        let pools = told.filter(|pool| self.identified || pool.key == app).collect();
        calls::note(store, account, &self.calls, pools).await;
    }

    fn heard<T>(&mut self, outcome: Result<Answer<T>, GraphError>) -> Result<T, GraphError> {
        self.calls.push(Call::of(&outcome).clone());
        outcome.map(|answer| answer.body)
    }

    /// The account that the token speaks for; for Facebook Login, also the person or Page behind it.
    pub(super) async fn identify(
        &mut self,
        expected: Option<&str>,
    ) -> Result<(Profile, Option<String>), ConnectError> {
        let me = self.graph.me(&self.access).await;
        match self.heard(me)? {
            Me::Account(profile) => match expected {
                Some(expected) if expected != profile.instagram_id() => Err(ConnectError::WrongAccount {
                    expected: expected.to_owned(),
                    found: profile.instagram_id().to_owned(),
                }),
                _ => Ok((profile, None)),
            },
            Me::Facebook { id } => {
                let expected = expected.ok_or(ConnectError::AccountNeeded)?;
                let account = self.graph.account(&self.access, expected).await;
                Ok((self.heard(account)?, Some(id)))
            }
        }
    }

    /// What was granted, where Meta tells: Facebook Login, with the person's token. A Page's token cannot ask.
    pub(super) async fn scopes(&mut self) -> Result<Vec<String>, ConnectError> {
        if self.access.login == Login::Instagram {
            return Ok(Vec::new());
        }
        let permissions = self.graph.permissions(&self.access).await;
        match self.heard(permissions) {
            Ok(permissions) => {
                let granted: Vec<_> = permissions
                    .into_iter()
                    .filter(Permission::is_granted)
                    .map(|p| p.permission)
                    .collect();
                let basic = self.access.login.basic_scope();
                if !granted.is_empty() && !granted.iter().any(|scope| scope == basic) {
                    return Err(ConnectError::MissingScope(basic));
                }
                Ok(granted)
            }
            Err(error) if matches!(error.class(), Class::Retry | Class::Wait(_)) => Err(error.into()),
            Err(_) => Ok(Vec::new()),
        }
    }
}
