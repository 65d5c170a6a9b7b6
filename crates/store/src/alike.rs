//! What may have been brought before: newest matters of a place, and how often an officer had a telephone compared.

use casework::filter::Filter;
use casework::office::{Login, OfficeCode};
use casework::read::MatterRow;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::Store;
use crate::database::{Connection, values};
use crate::error::StoreError;
use crate::read::{MATTER, allowed, matter};

impl Store {
    /// Matters of a place registered since a moment, as far as the filter allows, newest first; none in which somebody is
    /// complained of.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn of_place(
        &self,
        filter: &Filter,
        place: &OfficeCode,
        since: Timestamp,
        most: u32,
    ) -> Result<Vec<MatterRow>, StoreError> {
        let (filter, place) = (filter.clone(), place.clone());
        self.glance(move |connection| of_place(connection, &filter, &place, since, most))
    }

    /// Notes that an officer has a telephone compared, and says how often they had on that day, this time included.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn count_probe(&self, login: &Login, day: Date) -> Result<u32, StoreError> {
        let (who, day) = (login.0.clone(), day.to_string());
        let (login, on) = (who.clone(), day.clone());
        self.task(move |connection| {
            connection.execute(
                "INSERT INTO contact_probe (login, day, asked) VALUES (?1, ?2, 1)
                 ON CONFLICT (login, day) DO UPDATE SET asked = contact_probe.asked + 1",
                &values![&login, &on],
            )
        })?;
        self.read(move |connection| {
            let sql = "SELECT asked FROM contact_probe WHERE login = ?1 AND day = ?2";
            connection.one(sql, &values![&who, &day], |row| row.get(0))
        })
    }
}

/// Matters of a place registered since a moment in which nobody is complained of, newest first.
fn of_place(
    connection: &Connection,
    filter: &Filter,
    place: &OfficeCode,
    since: Timestamp,
    most: u32,
) -> Result<Vec<MatterRow>, StoreError> {
    let mut values = values![&place.0, since.as_microsecond(), most].to_vec();
    let allowed = allowed(connection, filter, "matter.id", &mut values);
    let sql = format!(
        "SELECT {MATTER} FROM matter WHERE place = ?1 AND registered >= ?2 AND {allowed} AND NOT EXISTS
           (SELECT 1 FROM matter_bar AS kept WHERE kept.matter = matter.id AND kept.who NOT LIKE 'recused/%')
         ORDER BY registered DESC, id LIMIT ?3"
    );
    connection.all(&sql, &values, matter)
}
