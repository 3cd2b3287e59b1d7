//! What the page may ask. Each command: one call of the engine, on a thread that may block.

use bridge::companion::{Companion, LoginRequest, NewLogin, Overview, Problem};
use tauri::{AppHandle, Manager, async_runtime};

/// Asks the engine away from the thread that draws.
async fn ask<T: Send + 'static>(
    app: AppHandle,
    question: impl FnOnce(&Companion) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let answer = async_runtime::spawn_blocking(move || question(&app.state::<Companion>()));
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
