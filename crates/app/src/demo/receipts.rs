//! Reference and code of a matter that a story filed: the code is derived again from the line that filed it.

use casework::event::Stream;
use serde_json::Value;

use crate::App;
use crate::error::AppError;
use crate::story::command_of;

impl App {
    /// Reference and code of the matter that `story` registers under `name`; `None` where it was not replayed here.
    ///
    /// # Errors
    /// The store fails.
    pub fn demo_receipt(&self, story: &[u8], name: &str) -> Result<Option<(String, String)>, AppError> {
        let mut id = String::new();
        for (bytes, number) in story.split(|byte| *byte == b'\n').zip(1..) {
            let Ok(line) = serde_json::from_slice::<Value>(bytes) else { continue };
            if line["do"] == "story" {
                line["id"].as_str().unwrap_or_default().clone_into(&mut id);
            }
            if line["do"] == "register" && line["ref"] == name {
                let command = command_of(&id, number, bytes.trim_ascii());
                let Some(Stream::Matter(matter)) = self.store.done(&command)? else { return Ok(None) };
                let row = self.store.matter_by_id(&matter)?;
                return Ok(row.map(|row| (row.reference, self.store.code_for(&command))));
            }
        }
        Ok(None)
    }
}
