//! What the page may ask. Each command: one call of the engine, on a thread that may block; at the end, the few
//! questions about the desktop itself.

use bridge::companion::{
    AccountEntry, AccountRequest, Agenda, AgendaRange, CalendarChange, Companion, Decisions,
    DeletionsDecision, LoginRequest, NewLogin, Overview, PresetEntry, Problem, Side, StillGone,
};
use tauri::{AppHandle, Manager, async_runtime};

use crate::engine::Engine;
use crate::host;

/// Asks the engine away from the thread that draws.
async fn ask<T: Send + 'static>(
    app: AppHandle,
    question: impl FnOnce(&Companion) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let answer = async_runtime::spawn_blocking(move || question(app.state::<Engine>().companion()));
    answer.await.unwrap_or_else(|_| Err(Problem::unexpected()))
}

#[tauri::command]
pub(crate) async fn overview(app: AppHandle) -> Result<Overview, Problem> {
    ask(app, Companion::overview).await
}

#[tauri::command]
pub(crate) async fn restart_feed(app: AppHandle) -> Result<Overview, Problem> {
    ask(app, Companion::restart).await
}

#[tauri::command]
pub(crate) async fn add_login(app: AppHandle, request: LoginRequest) -> Result<NewLogin, Problem> {
    ask(app, move |companion| companion.add_login(&request)).await
}

#[tauri::command]
pub(crate) async fn revoke_login(app: AppHandle, login: String) -> Result<(), Problem> {
    ask(app, move |companion| companion.revoke_login(&login)).await
}

#[tauri::command]
pub(crate) async fn presets(app: AppHandle) -> Result<Vec<PresetEntry>, Problem> {
    ask(app, Companion::presets).await
}

#[tauri::command]
pub(crate) async fn add_account(
    app: AppHandle,
    request: AccountRequest,
) -> Result<AccountEntry, Problem> {
    ask(app, move |companion| companion.add_account(request)).await
}

#[tauri::command]
pub(crate) async fn reconnect_account(
    app: AppHandle,
    account: i64,
    password: String,
) -> Result<AccountEntry, Problem> {
    ask(app, move |companion| {
        companion.reconnect_account(account, password)
    })
    .await
}

#[tauri::command]
pub(crate) async fn connect_account(
    app: AppHandle,
    preset: String,
    name: Option<String>,
) -> Result<AccountEntry, Problem> {
    ask(app, move |companion| {
        companion.connect_account(preset, name)
    })
    .await
}

#[tauri::command]
pub(crate) async fn reconnect_in_browser(
    app: AppHandle,
    account: i64,
) -> Result<AccountEntry, Problem> {
    ask(app, move |companion| {
        companion.reconnect_in_browser(account)
    })
    .await
}

#[tauri::command]
pub(crate) async fn cancel_connecting(app: AppHandle) -> Result<(), Problem> {
    ask(app, |companion| {
        companion.cancel_connecting();
        Ok(())
    })
    .await
}

#[tauri::command]
pub(crate) async fn remove_account(
    app: AppHandle,
    account: i64,
) -> Result<Option<String>, Problem> {
    ask(app, move |companion| companion.remove_account(account)).await
}

#[tauri::command]
pub(crate) async fn sync_now(app: AppHandle, account: Option<i64>) -> Result<(), Problem> {
    ask(app, move |companion| companion.sync_now(account)).await
}

#[tauri::command]
pub(crate) async fn choose_calendar(
    app: AppHandle,
    calendar: i64,
    chosen: bool,
) -> Result<(), Problem> {
    ask(app, move |companion| {
        companion.choose_calendar(calendar, chosen)
    })
    .await
}

#[tauri::command]
pub(crate) async fn change_calendar(
    app: AppHandle,
    calendar: i64,
    change: CalendarChange,
) -> Result<(), Problem> {
    ask(app, move |companion| {
        companion.change_calendar(calendar, change)
    })
    .await
}

#[tauri::command]
pub(crate) async fn agenda(app: AppHandle, range: AgendaRange) -> Result<Agenda, Problem> {
    ask(app, move |companion| companion.agenda(&range)).await
}

#[tauri::command]
pub(crate) async fn decisions(app: AppHandle) -> Result<Decisions, Problem> {
    ask(app, Companion::decisions).await
}

#[tauri::command]
pub(crate) async fn restore(app: AppHandle, conflict: i64) -> Result<(), Problem> {
    ask(app, move |companion| companion.restore(conflict)).await
}

#[tauri::command]
pub(crate) async fn decide_deletions(
    app: AppHandle,
    collection: i64,
    deleted: Side,
    decision: DeletionsDecision,
) -> Result<Vec<StillGone>, Problem> {
    ask(app, move |companion| {
        companion.decide_deletions(collection, deleted, decision)
    })
    .await
}

/// Shows the help page of a kind of account in the browser. The page's address comes from the engine's own list, never
/// from the window.
#[tauri::command]
pub(crate) async fn open_help(app: AppHandle, preset: String) -> Result<(), Problem> {
    ask(app, move |companion| {
        let presets = companion.presets()?;
        let wanted = presets.into_iter().find(|each| each.id == preset);
        let page = wanted.and_then(|each| each.help);
        let page = page.filter(|page| page.starts_with("https://"));
        let page = page.ok_or_else(Problem::unexpected)?;
        open::that_detached(page).map_err(|_| Problem::unexpected())
    })
    .await
}

/// Whether the desktop shows the icon in a tray.
#[tauri::command]
pub(crate) async fn tray_is_there() -> bool {
    let asked = async_runtime::spawn_blocking(host::is_there);
    asked.await.unwrap_or(false)
}

/// Ends the app: the feed, the syncing, the window.
#[tauri::command]
#[expect(
    clippy::needless_pass_by_value,
    reason = "the shape of tauri's commands"
)]
pub(crate) fn quit(app: AppHandle) {
    app.exit(0);
}
