import GRDB
import RutileStore

/// The tables, as steps from an empty database to the present one.
///
/// The number of steps done is kept in `PRAGMA user_version`. A released step is never edited: a change of the tables
/// is a new step at the end. All missing steps are done in one transaction, so several processes may open a new
/// database at the same time. Instants are microseconds since 1970; lists and documents are JSON text; an empty list
/// is NULL, which spares the common case a parse.
enum Schema {
    /// Brings the database up to date.
    ///
    /// - Throws: ``StoreError/newerSchema(found:known:)`` when a later version of this software made it; a
    ///   `DatabaseError` otherwise.
    static func update(_ database: Database) throws {
        try database.inTransaction(.immediate) {
            let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
            guard found <= steps.count else { throw StoreError.newerSchema(found: found, known: steps.count) }
            for step in steps.dropFirst(max(0, found)) { try database.execute(sql: step) }
            if found < steps.count { try database.execute(sql: "PRAGMA user_version = \(steps.count)") }
            return .commit
        }
    }

    /// Checks that the database is up to date.
    ///
    /// - Throws: ``StoreError/newerSchema(found:known:)``, or ``StoreError/medium(_:)`` where ``update(_:)`` has to come
    ///   first.
    static func check(_ database: Database) throws {
        let found = try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
        guard found <= steps.count else { throw StoreError.newerSchema(found: found, known: steps.count) }
        guard found == steps.count else {
            throw StoreError.medium("the records are of an earlier version, and cannot be written to")
        }
    }

    private static let steps = [
        """
        CREATE TABLE user (
            id TEXT PRIMARY KEY NOT NULL, username TEXT NOT NULL UNIQUE, first_name TEXT, last_name TEXT, email TEXT,
            affiliation TEXT, affiliation_address TEXT, created INTEGER, is_admin INTEGER NOT NULL,
            password_hash TEXT, other TEXT
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE user_group (
            id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, description TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE group_member (
            group_id TEXT NOT NULL, position INTEGER NOT NULL, user_id TEXT NOT NULL, role TEXT NOT NULL,
            PRIMARY KEY (group_id, position)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX group_member_by_user ON group_member (user_id);

        CREATE TABLE upload (
            id TEXT PRIMARY KEY NOT NULL, name TEXT, create_time INTEGER NOT NULL, description TEXT,
            main_author TEXT NOT NULL, coauthors TEXT, coauthor_groups TEXT, reviewers TEXT, reviewer_groups TEXT,
            publish_time INTEGER, published_to TEXT, embargo_length INTEGER NOT NULL, license TEXT NOT NULL,
            doi TEXT, included_entries TEXT,
            process TEXT, process_status TEXT NOT NULL, process_message TEXT, errors TEXT, warnings TEXT,
            complete_time INTEGER
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX upload_by_author ON upload (main_author);

        CREATE TABLE entry (
            id TEXT PRIMARY KEY NOT NULL, upload_id TEXT NOT NULL, mainfile TEXT NOT NULL, mainfile_key TEXT,
            parser_name TEXT NOT NULL, create_time INTEGER NOT NULL, datasets TEXT, reference_list TEXT,
            process TEXT, process_status TEXT NOT NULL, process_message TEXT, errors TEXT, warnings TEXT,
            complete_time INTEGER,
            segment TEXT, segment_offset INTEGER, segment_length INTEGER, source_digest TEXT
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX entry_by_place ON entry (upload_id, mainfile, id);
        CREATE INDEX entry_by_segment ON entry (upload_id, segment);
        CREATE TABLE search_document (entry_id TEXT PRIMARY KEY NOT NULL, document TEXT NOT NULL) STRICT;

        -- Counting the entries of an upload would read all of them; the triggers keep the numbers.
        CREATE TABLE entry_count (
            upload_id TEXT PRIMARY KEY NOT NULL, total INTEGER NOT NULL, processed INTEGER NOT NULL,
            failed INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER upload_added AFTER INSERT ON upload BEGIN
            INSERT OR REPLACE INTO entry_count VALUES (new.id, 0, 0, 0);
        END;
        CREATE TRIGGER upload_removed AFTER DELETE ON upload BEGIN
            DELETE FROM entry_count WHERE upload_id = old.id;
        END;
        CREATE TRIGGER entry_added AFTER INSERT ON entry BEGIN
            UPDATE entry_count SET total = total + 1,
                processed = processed + (new.process_status IN ('SUCCESS', 'FAILURE')),
                failed = failed + (new.process_status = 'FAILURE') WHERE upload_id = new.upload_id;
        END;
        CREATE TRIGGER entry_removed AFTER DELETE ON entry BEGIN
            UPDATE entry_count SET total = total - 1,
                processed = processed - (old.process_status IN ('SUCCESS', 'FAILURE')),
                failed = failed - (old.process_status = 'FAILURE') WHERE upload_id = old.upload_id;
        END;
        CREATE TRIGGER entry_changed AFTER UPDATE OF upload_id, process_status ON entry BEGIN
            UPDATE entry_count SET total = total - 1,
                processed = processed - (old.process_status IN ('SUCCESS', 'FAILURE')),
                failed = failed - (old.process_status = 'FAILURE') WHERE upload_id = old.upload_id;
            UPDATE entry_count SET total = total + 1,
                processed = processed + (new.process_status IN ('SUCCESS', 'FAILURE')),
                failed = failed + (new.process_status = 'FAILURE') WHERE upload_id = new.upload_id;
        END;

        CREATE TABLE dataset (
            id TEXT PRIMARY KEY NOT NULL, name TEXT NOT NULL, owner TEXT NOT NULL, type TEXT NOT NULL,
            create_time INTEGER, modified_time INTEGER, entries TEXT, doi TEXT, pid TEXT, query TEXT
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE package (
            position INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, definition TEXT NOT NULL
        ) STRICT;

        -- Segments that entries left: their files go when no reader can be about to open them.
        CREATE TABLE retired_segment (
            upload_id TEXT NOT NULL, segment TEXT NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (upload_id, segment)
        ) STRICT, WITHOUT ROWID;
        -- File changes of committed transactions that were not yet done.
        CREATE TABLE pending_file (
            sequence INTEGER PRIMARY KEY, source TEXT, target TEXT NOT NULL
        ) STRICT;
        CREATE TABLE secret (name TEXT PRIMARY KEY NOT NULL, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
        """,
        """
        -- What indexes hold of entries, in the order of changes: one row for each entry and entry type, with the number
        -- of its last change. Where the document is NULL it was removed.
        CREATE TABLE entry_document (
            change INTEGER PRIMARY KEY, type TEXT NOT NULL, entry_id TEXT NOT NULL, upload_id TEXT NOT NULL,
            document BLOB, UNIQUE (entry_id, type)
        ) STRICT;
        CREATE INDEX entry_document_by_type ON entry_document (type);
        -- One row: the number of the last change to anything that decides what searches find.
        CREATE TABLE change_counter (value INTEGER NOT NULL) STRICT;
        INSERT INTO change_counter VALUES (0);

        CREATE TABLE property (
            position INTEGER PRIMARY KEY AUTOINCREMENT, upload_id TEXT NOT NULL, entry_type TEXT NOT NULL,
            name TEXT NOT NULL, definition TEXT NOT NULL
        ) STRICT;
        CREATE INDEX property_by_upload ON property (upload_id);
        """,
        """
        -- Whoever adds entries counts them, and adds the sums at the end: a statement without triggers needs no journal
        -- of the pages that it changes, and entries come by the million.
        DROP TRIGGER entry_added;
        """,
        """
        -- Types of documents that entries of earlier versions lack; they are made when a server starts.
        CREATE TABLE missing_document (type TEXT PRIMARY KEY NOT NULL) STRICT, WITHOUT ROWID;
        INSERT INTO missing_document SELECT 'entries' WHERE EXISTS (SELECT 1 FROM entry);
        """,
        """
        -- What lists go by. Uploads that somebody else than their main author has a role in are the fewer.
        CREATE INDEX entry_by_time ON entry (upload_id, create_time, id);
        CREATE INDEX upload_with_members ON upload (id)
            WHERE coalesce(coauthors, coauthor_groups, reviewers, reviewer_groups) IS NOT NULL;
        CREATE INDEX dataset_by_owner ON dataset (owner);

        -- Which entries name a dataset. Whoever writes or removes entries writes this.
        CREATE TABLE dataset_entry (
            dataset_id TEXT NOT NULL, entry_id TEXT NOT NULL, PRIMARY KEY (dataset_id, entry_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX dataset_entry_by_entry ON dataset_entry (entry_id);
        INSERT OR IGNORE INTO dataset_entry SELECT value, entry.id FROM entry, json_each(datasets);
        """,
        """
        ALTER TABLE user ADD COLUMN is_disabled INTEGER NOT NULL DEFAULT 0;
        -- Tokens that are good. The earlier kind was not recorded, and its one key is of no use any more.
        CREATE TABLE token (
            id TEXT PRIMARY KEY NOT NULL, user_id TEXT NOT NULL, use TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT,
            signing_key TEXT NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX token_by_user ON token (user_id);
        CREATE INDEX token_by_end ON token (expires);
        CREATE TABLE signing_key (
            id TEXT PRIMARY KEY NOT NULL, created INTEGER NOT NULL, secret BLOB NOT NULL
        ) STRICT, WITHOUT ROWID;
        DROP TABLE secret;
        """,
        """
        -- Databases, gateways and queries of the gateway. Those of one kind with the same key can stand for each other.
        CREATE TABLE gateway_resource (
            kind TEXT NOT NULL, id TEXT NOT NULL, reuse_key TEXT, attributes BLOB NOT NULL, made INTEGER NOT NULL,
            PRIMARY KEY (kind, id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX gateway_resource_by_key ON gateway_resource (kind, reuse_key, made);
        -- One row: the bytes that cursors of merged lists are signed with.
        CREATE TABLE gateway_key (id INTEGER PRIMARY KEY CHECK (id = 1), value BLOB NOT NULL) STRICT;
        """,
        """
        -- What queries were answered. It is the last column, so that whoever lists them reads past it.
        ALTER TABLE gateway_resource ADD COLUMN response BLOB;
        UPDATE gateway_resource SET response = CAST(json_extract(CAST(attributes AS TEXT), '$.response') AS BLOB),
            attributes = CAST(json_remove(CAST(attributes AS TEXT), '$.response') AS BLOB)
            WHERE kind = 'queries' AND json_valid(CAST(attributes AS TEXT));
        """,
    ]
}
