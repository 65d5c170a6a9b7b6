//! What the desk and the petitioner's page show: loaded, filtered and opened for one reader.
