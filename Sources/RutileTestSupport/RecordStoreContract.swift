package import RutileStore

/// What every store of records promises, as checks that run over any of them.
///
///     @Test(arguments: RecordStoreContract.checks)
///     func memoryKeepsTheContract(_ check: RecordStoreContract.Check) async throws {
///         try await check.run(MemoryRecords())
///     }
package enum RecordStoreContract {
    /// A store that can be read, written and listed.
    package typealias Store = RecordStore & RecordWriter & RecordCatalogue & DocumentFeed & AccountStore

    /// One promise. Its name says it.
    package struct Check: Sendable, CustomStringConvertible {
        package let description: String
        private let body: @Sendable (any Store) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (any Store) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// Runs the check over `store`, which must be new and empty.
        ///
        /// - Throws: ``ContractBroken`` where the promise is not kept.
        package func run(_ store: any Store) async throws { try await body(store) }
    }

    /// All promises.
    package static let checks: [Check] =
        reading + changing + refusing + listing + feeding + lists + curating + accounts
}

/// A store does not do what its contract says.
package struct ContractBroken: Error, CustomStringConvertible {
    package let description: String
}

/// Stops the check unless `left` equals `right`.
func expect<Value: Equatable>(
    _ left: Value, is right: Value, _ what: String = "", file: StaticString = #fileID, line: UInt = #line
) throws {
    if left != right { throw ContractBroken(description: "\(file):\(line) \(what): \(left) is not \(right)") }
}

/// Stops the check unless `body` throws `error`.
func expect(
    _ error: StoreError, file: StaticString = #fileID, line: UInt = #line, from body: () async throws -> Void
) async throws {
    do {
        try await body()
    } catch let thrown as StoreError {
        return try expect(thrown, is: error, file: file, line: line)
    }
    throw ContractBroken(description: "\(file):\(line): \(error) was not thrown")
}
