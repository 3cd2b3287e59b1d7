//! Our OAuth client before a strict authorization server.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, bail};
use bridge::oauth::SignInError;
use bridge::provider::{Bearer as _, ErrorKind};
use url::Url;

use crate::doctor::Doctor;
use crate::strict::Strict;

const ADDRESS: &str = "anna@practice.example";

fn straight(back: Url) -> Url {
    back
}

#[tokio::test]
async fn the_doctor_signs_in_once_and_stays_so_over_rotations() -> Result<()> {
    let Some(strict) = Strict::start()? else {
        return Ok(());
    };
    for authority in strict.authorities()? {
        let doctor = Doctor::new(ADDRESS)?;
        let granted = doctor.sign_in(&authority, straight).await??;
        assert_eq!(granted.missing, BTreeSet::new());
        let person = granted.person.context("nobody signed in")?;
        assert_eq!(person.subject, ADDRESS);
        let keeper = doctor.keeper(authority)?;
        keeper.keep(&granted.tokens).await?;
        let mut before = keeper.token().await?;
        for _ in 0..3 {
            assert!(doctor.is_let_in(&strict, &before).await?);
            doctor.wait();
            let fresh = keeper.token().await?;
            assert_ne!(fresh, before);
            before = fresh;
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_no_is_understood() -> Result<()> {
    let Some(strict) = Strict::start()? else {
        return Ok(());
    };
    for authority in strict.authorities()? {
        let doctor = Doctor::new("denies@practice.example")?;
        match doctor.sign_in(&authority, straight).await? {
            Err(SignInError::Denied) => {}
            other => bail!("{other:?}"),
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_stolen_refresh_token_ends_the_grant_and_signing_in_again_mends_it() -> Result<()> {
    let Some(strict) = Strict::start()? else {
        return Ok(());
    };
    let authority = strict.like_microsoft()?;
    let (doctor, thief) = (Doctor::new(ADDRESS)?, Doctor::new("thief@street.example")?);
    let granted = doctor.sign_in(&authority, straight).await??;
    let keeper = doctor.keeper(authority.clone())?;
    keeper.keep(&granted.tokens).await?;
    doctor.wait();
    let fresh = keeper.token().await?;

    let stolen = thief.keeper(authority.clone())?;
    stolen.keep(&granted.tokens).await?;
    thief.wait();
    let caught = stolen.token().await.err().context("it was spent twice")?;
    assert_eq!(caught.kind, ErrorKind::ConsentRevoked);
    assert!(!doctor.is_let_in(&strict, &fresh).await?);
    for _ in 0..2 {
        let ended = keeper.instead_of(&fresh).await;
        let ended = ended.err().context("the grant lives on")?;
        assert_eq!(ended.kind, ErrorKind::ConsentRevoked);
    }

    let again = doctor.sign_in(&authority, straight).await??;
    keeper.keep(&again.tokens).await?;
    let fresh = keeper.instead_of(&again.tokens.access).await?;
    assert!(doctor.is_let_in(&strict, &fresh).await?);
    Ok(())
}

#[tokio::test]
async fn the_code_of_another_sign_in_is_worth_nothing() -> Result<()> {
    let Some(strict) = Strict::start()? else {
        return Ok(());
    };
    let authority = strict.like_google()?;
    let doctor = Doctor::new(ADDRESS)?;
    let (told, heard) = tokio::sync::oneshot::channel();
    let note = |back: Url| {
        // Nobody waits for it where the sign-in has failed.
        drop(told.send(code_of(&back)));
        back
    };
    doctor.sign_in(&authority, note).await??;
    let other = heard.await?;
    let bend = move |back: Url| {
        Url::parse(&back.as_str().replace(&code_of(&back), &other)).unwrap_or(back)
    };
    match doctor.sign_in(&authority, bend).await? {
        Err(SignInError::Provider(error)) => assert_eq!(error.kind, ErrorKind::ConsentRevoked),
        other => bail!("{other:?}"),
    }
    Ok(())
}

fn code_of(back: &Url) -> String {
    let mut pairs = back.query_pairs();
    let code = pairs.find(|(name, _)| name == "code");
    code.map(|(_, code)| code.into_owned()).unwrap_or_default()
}

#[tokio::test]
async fn a_code_that_is_sent_twice_ends_the_grant() -> Result<()> {
    let Some(strict) = Strict::start()? else {
        return Ok(());
    };
    let authority = strict.like_google()?;
    let doctor = Doctor::new(ADDRESS)?;
    let granted = doctor.sign_in(&authority, straight).await??;
    let replayed = doctor.network.again().await?;
    assert_eq!(replayed.status(), 400);
    let keeper = doctor.keeper(authority)?;
    keeper.keep(&granted.tokens).await?;
    doctor.wait();
    let ended = keeper.token().await.err().context("the grant lives on")?;
    assert_eq!(ended.kind, ErrorKind::ConsentRevoked);
    Ok(())
}

#[tokio::test]
async fn disconnecting_ends_the_grant() -> Result<()> {
    let Some(strict) = Strict::start()? else {
        return Ok(());
    };
    let authority = strict.like_google()?;
    let doctor = Doctor::new(ADDRESS)?;
    let granted = doctor.sign_in(&authority, straight).await??;
    let keeper = doctor.keeper(authority)?;
    keeper.keep(&granted.tokens).await?;
    keeper.revoke().await?;
    assert!(!doctor.is_let_in(&strict, &granted.tokens.access).await?);
    doctor.wait();
    let ended = keeper.token().await.err().context("the grant lives on")?;
    assert_eq!(ended.kind, ErrorKind::ConsentRevoked);
    Ok(())
}
