//! The read tables made anew from the journal, and compared with what it says.

use casework::read::Row;

use crate::error::StoreError;
use crate::queue::Answer;
use crate::verify::Finding;
use crate::writer::Job;
use crate::{Store, compare, rows};

impl Store {
    /// Whether a new version of the program left the read tables to be made anew by [`Store::rebuild`].
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn is_stale(&self) -> Result<bool, StoreError> {
        self.read(|connection| connection.is_stale())
    }

    /// Empties the read tables and fills them with what `fill` gives, page by page, in one transaction: where it
    /// fails, they are as they were.
    ///
    /// # Errors
    /// What `fill` returns, or that the disk refuses.
    pub fn rebuild<E: From<StoreError>>(
        &self,
        mut fill: impl FnMut() -> Result<Option<Vec<(u64, Vec<Row>)>>, E>,
    ) -> Result<(), E> {
        self.task(|connection| connection.make_way(true))?;
        let filled = self.queue.together(Job::BeginWhole, || {
            let indexes = self.queue.look(rows::indexes)?;
            let by_name = indexes.clone();
            self.task(move |connection| {
                by_name.iter().try_for_each(|index| connection.drop_index(index))?;
                rows::clear(connection)
            })?;
            // Nobody writes from here on. The next page is made while the writer writes this one.
            let mut written: Option<Answer> = None;
            while let Some(page) = fill()? {
                written.take().map_or(Ok(()), Answer::wait)?;
                written = Some(self.hand_over(move |connection| rows::write_page(connection, &page))?);
            }
            written.map_or(Ok(()), Answer::wait)?;
            // An index is made sooner of all rows than row by row.
            Ok(self.task(move |connection| indexes.iter().try_for_each(|index| connection.create_index(index)))?)
        });
        self.task(|connection| connection.make_way(false))?;
        filled
    }

    /// A digest over the read tables: equal content gives an equal digest.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn fingerprint(&self) -> Result<String, StoreError> {
        self.read(rows::fingerprint)
    }

    /// Compares the read tables with the rows `fill` gives, page by page; the first row that differs.
    ///
    /// # Errors
    /// What `fill` returns, or that the database cannot be read.
    pub fn compare<E: From<StoreError>>(
        &self,
        mut fill: impl FnMut() -> Result<Option<Vec<(u64, Vec<Row>)>>, E>,
    ) -> Result<Option<Finding>, E> {
        let expected = compare::Expected::new()?;
        while let Some(page) = fill()? {
            expected.take(&page)?;
        }
        // What was written meanwhile is taken in while nobody writes; what is compared is then held fast.
        self.readers.held(|connection| {
            self.queue.together(Job::BeginWhole, || {
                self.task(|_| Ok(()))?;
                while let Some(page) = fill()? {
                    expected.take(&page)?;
                }
                Ok::<_, E>(connection.begin_snapshot()?)
            })?;
            let found = expected.first_difference(connection);
            connection.rollback();
            Ok(found?)
        })
    }
}
