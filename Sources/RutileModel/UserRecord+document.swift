package import RutileJSON

extension UserRecord {
    /// Fields of a user's document, in their order.
    package static let documentFields = [
        "name", "first_name", "last_name", "email", "affiliation", "affiliation_address", "user_id", "username",
        "created", "repo_user_id", "is_admin", "is_oasis_admin",
    ]

    /// What a user's document has at `field`; `nil` where it has nothing, or where it is the address and `showsEmail`
    /// is off.
    package func documentValue(of field: String, showsEmail: Bool) -> Value? {
        switch field {
        case "name":
            switch (firstName, lastName) {
            case (nil, nil): nil
            case (let first, let last): .string([first, last].compactMap(\.self).joined(separator: " "))
            }
        case "first_name": firstName.map(Value.string)
        case "last_name": lastName.map(Value.string)
        case "email": showsEmail ? email.map(Value.string) : nil
        case "affiliation": affiliation.map(Value.string)
        case "affiliation_address": affiliationAddress.map(Value.string)
        case "user_id": .string(id.text)
        case "username": .string(username)
        case "created": created.map { .string($0.text(offset: "+00:00")) }
        case "is_admin": .bool(isAdmin)
        default: other[field]
        }
    }

    /// The whole document.
    package func document(showsEmail: Bool) -> Value {
        .object(
            ObjectValue(
                Self.documentFields.compactMap { field in
                    documentValue(of: field, showsEmail: showsEmail).map { (field, $0) }
                }))
    }
}
