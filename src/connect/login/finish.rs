//! A dialog's answer: checked against what was opened, then turned into a connection.

use super::{Finished, LoginError, LoginOutcome};
use crate::connect::{ConnectError, Connector, calls, random};
use crate::domain::Login;
use crate::graph::{Answer, Call, GraphError, TokenGrant};
use crate::store::LoginState;

/// What the browser brings back from Meta's dialog.
#[derive(Clone, Debug, Default)]
pub struct DialogAnswer {
    /// The state that was sent.
    pub state: Option<String>,
    /// What becomes a token.
    pub code: Option<String>,
    /// Why there is no code, in a word.
    pub error: Option<String>,
    /// The same for people.
    pub error_description: Option<String>,
}

impl Connector {
    /// Takes a dialog's answer. Each dialog has one: whatever else comes with its state connects nothing.
    pub async fn finish(&self, answer: DialogAnswer) -> Finished {
        let ended = |outcome| Finished {
            return_to: None,
            outcome,
        };
        let state = answer.state.as_deref().map(without_tail);
        let state = match self.opened(state).await {
            Ok(state) => state,
            Err(error) => return ended(Err(error)),
        };
        let outcome = match usable(&state) {
            Ok(()) => self.follow(&state.opened, &answer).await,
            Err(error) => Err(error),
        };
        Finished {
            return_to: state.opened.return_to,
            outcome,
        }
    }

    async fn opened(&self, state: Option<&str>) -> Result<Opened, LoginError> {
        let hash = state.and_then(random::hash).ok_or(LoginError::UnknownState)?;
        let answered = self.store.answer_login(hash).await.map_err(ConnectError::from)?;
        let (opened, first) = answered.ok_or(LoginError::UnknownState)?;
        Ok(Opened { opened, first })
    }

    async fn follow(&self, state: &LoginState, answer: &DialogAnswer) -> Result<LoginOutcome, LoginError> {
        let Some(code) = answer
            .code
            .as_deref()
            .map(without_tail)
            .filter(|code| !code.is_empty())
        else {
            return Err(refusal(answer));
        };
        let app = self.logins.app(state.login);
        let app = app.ok_or(ConnectError::NotConfigured(state.login))?;
        let redirect_uri = self.logins.redirect_uri();
        let short = self.graph.exchange_code(app, code, &redirect_uri).await;
        let short = self.given(short).await?;
        let long = self.graph.lengthen(app, &short.token).await;
        let mut long = self.given(long).await?;
        if long.scopes.is_empty() {
            long.scopes = short.scopes;
        }
        match state.login {
            Login::Facebook => self.by_facebook(app, state, long).await,
            Login::Instagram => self.by_instagram(state, long).await,
        }
    }

    /// Notes the call. It draws on no pool that is known by now.
    async fn given(&self, asked: Result<Answer<TokenGrant>, GraphError>) -> Result<TokenGrant, ConnectError> {
        let call = std::slice::from_ref(Call::of(&asked));
        calls::note(&self.store, None, call, Vec::new()).await;
        Ok(asked?.body)
    }
}

struct Opened {
    opened: LoginState,
    /// This is its first answer, and in time.
    first: bool,
}

/// Each dialog is answered once, in its time.
fn usable(state: &Opened) -> Result<(), LoginError> {
    if state.first {
        Ok(())
    } else if state.opened.used_at.is_some() {
        Err(LoginError::UsedState)
    } else {
        Err(LoginError::ExpiredState)
    }
}

fn refusal(answer: &DialogAnswer) -> LoginError {
    match answer.error.as_deref() {
        None => LoginError::NoCode,
        Some("access_denied") => LoginError::Cancelled,
        Some(error) => {
            let said = answer.error_description.as_deref().unwrap_or(error);
            let said = said.chars().map(|c| if c.is_control() { ' ' } else { c });
            LoginError::Dialog(said.take(300).collect())
        }
    }
}

/// Browsers may show a fragment that Meta puts behind the address; literally it is no part of what stands last there
/// (graph-oauth.md §1.1, §2.1).
fn without_tail(last: &str) -> &str {
    let last = last.strip_suffix("#_=_").unwrap_or(last);
    last.strip_suffix("#_").unwrap_or(last)
}
