// SPDX-License-Identifier: MIT OR Apache-2.0
//! Finding programs and the project's own scripts.

use std::path::{Path, PathBuf};

/// The path of a program: as given if it has a `/`, else searched on PATH.
pub fn on_path(program: &str) -> Option<PathBuf> {
    if program.contains('/') {
        let path = PathBuf::from(program);
        return is_program(&path).then_some(path);
    }
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|path| is_program(path))
}

/// The project's `scripts/` folder, around the current folder or around the running program.
pub fn scripts_folder() -> Option<PathBuf> {
    let here = std::env::current_dir().ok();
    let program = std::env::current_exe().ok();
    [here, program].into_iter().flatten().find_map(|start| {
        start
            .ancestors()
            .map(|folder| folder.join("scripts"))
            .find(|scripts| scripts.join("yosys.py").is_file() && scripts.join("python").is_file())
    })
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    path.metadata()
        .is_ok_and(|data| data.is_file() && data.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}
