//! Finding the Pages that a person shared: their own, and where none of these can be connected, those of the business
//! portfolios that they belong to, which may be missing among their own (graph-oauth.md §1.4).

use super::candidate::candidate;
use crate::connect::ConnectError;
use crate::connect::inquiry::Inquiry;
use crate::domain::Class;
use crate::graph::{GraphError, ManagedPage, Ownership};

/// Most pages of a list of Pages that are read: a hundred Pages each.
const MOST_PAGES: usize = 10;
/// Most portfolios that are looked into.
const MOST_BUSINESSES: usize = 10;
/// Most pages of a portfolio's Pages that are read.
const MOST_OF_BUSINESS: usize = 2;
/// The permission without which portfolios cannot be asked for.
const PERMISSION: &str = "business_management";

/// Every Page that the person shared and granted these permissions for, each once.
pub(super) async fn shared_pages(
    inquiry: &mut Inquiry<'_>,
    granted: &[String],
) -> Result<Vec<ManagedPage>, ConnectError> {
    let mut found = own_pages(inquiry).await?;
    let usable = found.iter().any(|page| candidate(page, None).hindrance.is_none());
    if usable || !granted.iter().any(|scope| scope == PERMISSION) {
        return Ok(found);
    }
    match of_businesses(inquiry, &mut found).await {
        Err(error) if matches!(error.class(), Class::Retry | Class::Wait(_) | Class::Blocked) => {
            Err(error.into())
        }
        Err(error) => {
            tracing::warn!(error = %error, "could not look into business portfolios");
            Ok(found)
        }
        Ok(()) => Ok(found),
    }
}

/// The Pages that are listed among the person's own, each once.
pub(in crate::connect) async fn own_pages(
    inquiry: &mut Inquiry<'_>,
) -> Result<Vec<ManagedPage>, ConnectError> {
    let (mut found, mut after) = (Vec::new(), None::<String>);
    for _ in 0..MOST_PAGES {
        let page = inquiry.managed_pages(after.as_deref()).await?;
        add(&mut found, page.data);
        after = page.after;
        if after.is_none() {
            break;
        }
    }
    Ok(found)
}

async fn of_businesses(inquiry: &mut Inquiry<'_>, found: &mut Vec<ManagedPage>) -> Result<(), GraphError> {
    for business in inquiry.businesses().await?.into_iter().take(MOST_BUSINESSES) {
        for ownership in Ownership::ALL {
            let mut after = None::<String>;
            for _ in 0..MOST_OF_BUSINESS {
                let pages = inquiry.business_pages(&business.id, ownership, after.as_deref());
                let page = pages.await?;
                add(found, page.data);
                after = page.after;
                if after.is_none() {
                    break;
                }
            }
        }
    }
    Ok(())
}

fn add(found: &mut Vec<ManagedPage>, pages: Vec<ManagedPage>) {
    for page in pages {
        if !found.iter().any(|known| known.id == page.id) {
            found.push(page);
        }
    }
}
