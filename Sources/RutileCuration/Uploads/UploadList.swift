import RutileJSON
package import RutileModel

/// Which of the uploads in which somebody has a role are wanted, and in which order.
package struct UploadList: Sendable {
    /// A role in an upload, as a filter.
    package enum Role: String, Sendable, CaseIterable {
        case mainAuthor = "main_author"
        case coauthor
        case reviewer
    }

    /// What uploads are ordered by. Raw values are what requests say.
    package enum Order: String, Sendable, CaseIterable {
        case createTime = "upload_create_time"
        case publishTime = "publish_time"
        case name = "upload_name"
        case statusMessage = "last_status_message"
        case status = "process_status"
    }

    /// Ids; any of them. Empty: all.
    package var ids: Set<UploadID> = []
    /// DOIs; any of them. Empty: all.
    package var dois: Set<String> = []
    /// Any of them. Empty: all.
    package var names: [UploadNameTest] = []
    package var isProcessing: Bool?
    package var isPublished: Bool?
    package var status: ProcessStatus?
    /// Any of them. Empty: all.
    package var roles: Set<Role> = []
    /// Whether everybody has the role that the group of all has.
    package var includesAll = false
    /// Only those whose main author the caller is (`true`), or is not (`false`).
    package var isOwned: Bool?
    package var order = Order.createTime
    package var isDescending = false

    /// All uploads in which one has a role, the oldest first.
    package init() {}

    /// Those of `uploads` that are wanted, in order. Ties are in the order of time and id; what has no value of the kind
    /// that they are ordered by comes first.
    func list(_ uploads: [UploadRecord], for caller: Caller) -> [UploadRecord] {
        let byTime = uploads.filter { contains($0, for: caller) }.sorted { left, right in
            (left.createTime, left.id) < (right.createTime, right.id)
        }
        return byTime.enumerated().sorted { left, right in
            let keys = (key(of: left.element), key(of: right.element))
            if keys.0 == keys.1 { return left.offset < right.offset }
            return isDescending ? keys.1 < keys.0 : keys.0 < keys.1
        }.map(\.element)
    }

    private func contains(_ upload: UploadRecord, for caller: Caller) -> Bool {
        (ids.isEmpty || ids.contains(upload.id))
            && (names.isEmpty || names.contains { $0.fits(upload.name) })
            && (dois.isEmpty || (upload.doi?["id"]?.text ?? upload.doi?.text).map(dois.contains) ?? false)
            && (isProcessing.map { $0 == upload.process.status.isRunning } ?? true)
            && (isPublished.map { $0 == upload.isPublished } ?? true)
            && (status.map { $0 == upload.process.status } ?? true)
            && (roles.isEmpty ? Set(Role.allCases) : roles).contains { has($0, caller, in: upload) }
            && (isOwned.map { $0 == has(.mainAuthor, caller, in: upload) } ?? true)
    }

    private func has(_ role: Role, _ caller: Caller, in upload: UploadRecord) -> Bool {
        guard let user = caller.user else { return false }
        return switch role {
        case .mainAuthor: upload.mainAuthor == user
        case .coauthor: upload.coauthors.contains(user) || isMember(caller, of: upload.coauthorGroups)
        case .reviewer: upload.reviewers.contains(user) || isMember(caller, of: upload.reviewerGroups)
        }
    }

    private func isMember(_ caller: Caller, of groups: [GroupID]) -> Bool {
        groups.contains { caller.groups.contains($0) || (includesAll && $0 == .all) }
    }

    /// What an upload is ordered by; absent before all others.
    private struct Key: Comparable {
        var time: Int64?
        var text: UTF8Key?

        static func < (left: Key, right: Key) -> Bool {
            switch (left.time, right.time) {
            case (nil, _?): return true
            case (_?, nil): return false
            case (let left?, let right?): return left < right
            case (nil, nil): break
            }
            switch (left.text, right.text) {
            case (nil, _?): return true
            case (let left?, let right?): return left < right
            default: return false
            }
        }
    }

    private func key(of upload: UploadRecord) -> Key {
        switch order {
        case .createTime: Key(time: upload.createTime.microseconds)
        case .publishTime: Key(time: upload.publishTime?.microseconds)
        case .name: Key(text: upload.name.map(UTF8Key.init))
        case .statusMessage: Key(text: upload.process.lastStatusMessage.map(UTF8Key.init))
        case .status: Key(text: UTF8Key(upload.process.status.rawValue))
        }
    }
}
