//! Requests to open who brought a matter, as custodians read them: of their own line, and never what is kept from them.

use casework::conflict::Bar;
use casework::event::MatterId;
use casework::office::{Login, OfficeCode};
use casework::opening::{Came, Custody, Ended, OpeningRow};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::database::{Connection, Row, Value, values};
use crate::error::StoreError;
use crate::journal::moment;
use crate::{Store, read};

/// A request, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requested {
    /// That it was asked.
    pub row: OpeningRow,
    /// The matter's reference.
    pub reference: String,
    /// The last day to decide, while it waits.
    pub due: Option<Date>,
    /// How it ended; none while it waits.
    pub ended: Option<Ended>,
}

const REQUESTED: &str = "asked.matter, asked.asked, asked.event, asked.at, asked.home, asked.login, asked.office,
    asked.ground, asked.track, matter.reference, task.due, ended.came, ended.event, ended.at, ended.custodian";
const WITH_END: &str = "opening AS asked
    JOIN matter ON matter.id = asked.matter
    LEFT JOIN opening AS ended ON ended.matter = asked.matter AND ended.asked = asked.asked AND ended.came <> 'asked'
    LEFT JOIN task ON task.matter = asked.matter AND task.track = asked.track";

/// SQL for what a custodian may know of. Its values are added to those there are.
fn kept(connection: &Connection, custody: &Custody, of: &str, values: &mut Vec<Value<'_>>) -> String {
    values.push(custody.homes.iter().map(|home| home.0.clone()).collect::<Vec<String>>().into());
    let home = connection.among(&format!("{of}.home"), values.len());
    values.push(custody.but.iter().map(Bar::word).collect::<Vec<String>>().into());
    let barred = connection.among("bar.who", values.len());
    format!("{home} AND NOT EXISTS (SELECT 1 FROM matter_bar AS bar WHERE bar.matter = {of}.matter AND {barred})")
}

impl Store {
    /// Requests that wait, the longest first; or those that ended, the latest first.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn requested(&self, custody: &Custody, waiting: bool, most: u32) -> Result<Vec<Requested>, StoreError> {
        let custody = custody.clone();
        self.read(move |connection| {
            let mut values = values![most].to_vec();
            let kept = kept(connection, &custody, "asked", &mut values);
            let (ended, order) = if waiting {
                ("ended.came IS NULL", "asked.at, asked.matter, asked.asked")
            } else {
                ("ended.came IS NOT NULL", "ended.at DESC, asked.matter, asked.asked")
            };
            let sql = format!(
                "SELECT {REQUESTED} FROM {WITH_END}
                  WHERE asked.came = 'asked' AND {ended} AND {kept} ORDER BY {order} LIMIT ?1"
            );
            connection.all(&sql, &values, requested)
        })
    }

    /// Whether the latest request in a matter still waits; none where this custodian may know of none.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn is_requested(&self, custody: &Custody, matter: &MatterId) -> Result<Option<bool>, StoreError> {
        let (custody, matter) = (custody.clone(), matter.clone());
        self.read(move |connection| {
            let mut values = values![&matter.0].to_vec();
            let kept = kept(connection, &custody, "asked", &mut values);
            let sql = format!(
                "SELECT (SELECT count(*) FROM opening AS ended WHERE ended.matter = asked.matter
                           AND ended.asked = asked.asked AND ended.came <> 'asked')
                   FROM opening AS asked WHERE asked.matter = ?1 AND asked.came = 'asked' AND {kept}
                  ORDER BY asked.asked DESC LIMIT 1"
            );
            connection.first(&sql, &values, |row| Ok(row.get::<i64>(0)? == 0))
        })
    }

    /// How many of an officer's requests came to something from one moment to before another: of all matters, or of
    /// those that a custodian may know of.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn count_requested(
        &self,
        of: Option<&Custody>,
        (login, came): (&Login, Came),
        (from, until): (Timestamp, Timestamp),
    ) -> Result<u32, StoreError> {
        let (custody, login) = (of.cloned(), login.clone());
        self.read(move |connection| {
            let mut values =
                values![&login.0, came.word(), from.as_microsecond(), until.as_microsecond()].to_vec();
            let kept = match &custody {
                Some(custody) => kept(connection, custody, "one", &mut values),
                None => "TRUE".to_owned(),
            };
            let sql = format!(
                "SELECT count(*) FROM opening AS one
                  WHERE one.login = ?1 AND one.came = ?2 AND one.at >= ?3 AND one.at < ?4 AND {kept}"
            );
            connection.one(&sql, &values, |row| row.get(0))
        })
    }
}

fn requested(row: &Row<'_>) -> Result<Requested, StoreError> {
    let due: Option<String> = row.get(10)?;
    let word =
        |came: String| Came::from_word(&came).ok_or_else(|| StoreError::Damaged(format!("opening '{came}'")));
    let ended = match row.get::<Option<String>>(11)? {
        Some(came) => {
            let by: Option<String> = row.get(14)?;
            Some(Ended { came: word(came)?, event: row.get(12)?, at: moment(row.get(13)?)?, by: by.map(Login) })
        }
        None => None,
    };
    Ok(Requested {
        row: OpeningRow {
            matter: MatterId(row.get(0)?),
            asked: row.get(1)?,
            came: Came::Asked,
            event: row.get(2)?,
            at: moment(row.get(3)?)?,
            home: OfficeCode(row.get(4)?),
            login: Login(row.get(5)?),
            office: OfficeCode(row.get(6)?),
            ground: row.get(7)?,
            track: row.get(8)?,
            by: None,
        },
        reference: row.get(9)?,
        due: due.map(read::day).transpose()?,
        ended,
    })
}
