import CGemmi
import CSpglib
import OptimadeAPI
import Synchronization

/// The space group of a crystal, as found from its sites.
package struct CrystalSymmetry: Hashable, Sendable {
    /// One operation on fractional coordinates of the crystal's own cell: x' = rotation · x + translation.
    package struct Operation: Hashable, Sendable {
        /// Row by row.
        package let rotation: [Int]
        /// In lattice vectors.
        package let translation: SIMD3<Double>
    }

    /// A setting of the tables that has exactly the crystal's operations, in its own basis and origin.
    package struct Setting: Hashable, Sendable {
        /// Hall symbol.
        package let hall: String
        /// Full Hermann-Mauguin symbol with blanks, for example `P 1 21/c 1`.
        package let hermannMauguin: String
        /// The same with the letter of the setting, for example `F d -3 m:2`.
        package let extended: String

        /// Short Hermann-Mauguin symbol with blanks: `P 21/c`. Only monoclinic groups have one that is shorter.
        package var short: String {
            let parts = hermannMauguin.split(separator: " ")
            let named = parts.filter { $0 != "1" }
            return parts.count == 4 && named.count == 2 ? named.joined(separator: " ") : hermannMauguin
        }
    }

    /// Number in the International Tables, 1 to 230.
    package let number: Int
    /// Number of the setting in spglib's table, 1 to 530.
    package let hallNumber: Int
    /// Hall symbol of that setting.
    package let hallSymbol: String
    /// Short Hermann-Mauguin symbol without blanks, for example `P2_1/c`.
    package let international: String
    /// Axes or origin of that setting where there are several, else empty.
    package let choice: String
    /// Hermann-Mauguin symbol of the point group, for example `m-3m`.
    package let pointGroup: String
    /// Row by row: x in the setting's basis = transformation · x + shift.
    package let transformation: [Double]
    /// Shift of the origin, in vectors of the setting's basis.
    package let originShift: SIMD3<Double>
    /// All operations, the identity among them.
    package let operations: [Operation]
    /// For each site the letter of its Wyckoff position.
    package let wyckoffLetters: [String]
    /// For each site the first one that is equivalent to it.
    package let equivalentSites: [Int]
    /// Absent where the crystal's basis or origin is not one that the tables have.
    package let setting: Setting?
    /// The crystal in the standardised conventional cell.
    package let conventional: Crystal?
    /// The crystal in the standardised primitive cell.
    package let primitive: Crystal?

    /// Distance in ångström by which sites may miss their images.
    package static let tolerance = 0.01
    /// Crystals with more sites are not analysed: the search takes time with the square of this number and more.
    package static let largestSiteCount = 5_000
    /// Crystals with no more sites are analysed in some milliseconds, whatever they are.
    static let quickSiteCount = 200

    /// The symmetry of `crystal`; `nil` where none was found.
    ///
    /// Only for crystals that repeat in three directions and whose sites are distinct (see ``SitePairs``): the search
    /// relies on it.
    package init?(of crystal: Crystal, tolerance: Double = Self.tolerance) {
        guard let lattice = crystal.lattice, crystal.isBulk, !crystal.sites.isEmpty,
            crystal.sites.count <= Self.largestSiteCount
        else { return nil }
        let vectors = lattice.vectors.flatMap { [$0.x, $0.y, $0.z] }
        let positions = crystal.fractionalPositions.flatMap { [$0.x, $0.y, $0.z] }
        guard (vectors + positions).allSatisfy(\.isFinite) else { return nil }
        let types = crystal.sites.map { Int32($0.species) }
        var found = unsafe rutile_spglib_symmetry()
        // SAFETY: the arrays hold 9, 3 · count and count numbers.
        let isFound = Self.lock.withLock { _ in
            unsafe rutile_symmetry_find(vectors, positions, types, types.count, tolerance, &found)
        }
        guard isFound else { return nil }
        defer { unsafe rutile_symmetry_free(&found) }

        number = unsafe Int(found.space_group_number)
        hallNumber = unsafe Int(found.hall_number)
        hallSymbol = unsafe fixedText(found.hall)
        international = unsafe fixedText(found.international)
        choice = unsafe fixedText(found.choice)
        pointGroup = unsafe fixedText(found.point_group)
        transformation = unsafe numbers(of: found.transformation)
        let shift = unsafe found.origin_shift
        originShift = SIMD3(shift.0, shift.1, shift.2)
        let count = crystal.sites.count
        // SAFETY: the shim fills as many numbers as it says, and one per site.
        operations = unsafe Self.operations(found)
        wyckoffLetters = unsafe copy(found.wyckoff, count).map(Self.letter)
        equivalentSites = unsafe copy(found.equivalent, count).map { Int($0) }
        let conventional = unsafe Self.crystal(found.conventional, of: crystal)
        self.conventional = conventional
        // SAFETY: the shim fills one number for each site.
        let images = unsafe copy(found.conventional.primitive_sites, found.conventional.site_count)
        let centring = international.first ?? "P"
        primitive = conventional.flatMap {
            PrimitiveCell(of: $0, centring: centring, images: images.map { Int($0) }).crystal
        }
        setting = Self.setting(operations, number: number)
    }

    /// Held during the search, which is not known to be safe for several threads.
    private static let lock = Mutex<Void>(())

    private static func operations(_ found: rutile_spglib_symmetry) -> [Operation] {
        let count = unsafe found.operation_count
        // SAFETY: the shim fills nine and three numbers for each operation.
        let rotations = unsafe copy(found.rotations, 9 * count)
        let translations = unsafe copy(found.translations, 3 * count)
        return (0..<count).map { index in
            Operation(
                rotation: rotations[9 * index..<9 * index + 9].map { Int($0) },
                translation: vector(translations, at: index))
        }
    }

    private static func letter(_ index: Int32) -> String {
        // The general position of Pmmm, its 27th, is A.
        index < 26 ? String(UnicodeScalar(UInt8(ascii: "a") + UInt8(clamping: index))) : "A"
    }

    private static func crystal(_ cell: rutile_spglib_cell, of original: Crystal) -> Crystal? {
        let count = unsafe cell.site_count
        let vectors = unsafe numbers(of: cell.lattice)
        // SAFETY: the shim fills three numbers and one for each site.
        let positions = unsafe copy(cell.positions, 3 * count)
        let types = unsafe copy(cell.types, count)
        guard count > 0,
            let lattice = Lattice(vector(vectors, at: 0), vector(vectors, at: 1), vector(vectors, at: 2)),
            types.allSatisfy({ original.species.indices.contains(Int($0)) })
        else { return nil }
        let sites = types.indices.map { index in
            Crystal.Site(position: lattice.cartesian(vector(positions, at: index)), species: Int(types[index]))
        }
        return Crystal(lattice: lattice, sites: sites, species: original.species)
    }

    private static func setting(_ operations: [Operation], number: Int) -> Setting? {
        guard operations.count <= RUTILE_MOST_OPERATIONS else { return nil }
        let plain = operations.compactMap(\.onGrid)
        guard plain.count == operations.count else { return nil }
        var group = rutile_space_group()
        // SAFETY: the array holds plain.count operations.
        guard unsafe rutile_group_of_operations(plain, plain.count, Int32(number), &group) else { return nil }
        return Setting(
            hall: fixedText(group.hall), hermannMauguin: fixedText(group.hermann_mauguin),
            extended: fixedText(group.extended))
    }

    /// All operations as coordinate triplets, the identity first; `nil` where one is none that OPTIMADE can write: with
    /// other fractions than halves, thirds, quarters and sixths, or with three axes in one component.
    package var triplets: [String]? {
        var texts: [String] = []
        for operation in operations {
            guard let plain = operation.onGrid else { return nil }
            var buffer = [CChar](repeating: 0, count: 80)
            // SAFETY: the buffer holds as many bytes as said.
            unsafe rutile_operation_write(plain, &buffer, buffer.count)
            let text = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard SymmetryOperationText.isValid(text) else { return nil }
            texts.append(text)
        }
        guard let identity = texts.firstIndex(of: "x,y,z") else { return nil }
        texts.swapAt(0, identity)
        return texts
    }

    /// The crystal system that the number belongs to.
    package var crystalSystem: String {
        switch number {
        case ...2: "triclinic"
        case ...15: "monoclinic"
        case ...74: "orthorhombic"
        case ...142: "tetragonal"
        case ...167: "trigonal"
        case ...194: "hexagonal"
        default: "cubic"
        }
    }

    /// Pearson's symbol of the Bravais lattice, for example `cF`; side-centred ones are `S`.
    package var bravaisLattice: String {
        let family =
            switch number {
            case ...2: "a"
            case ...15: "m"
            case ...74: "o"
            case ...142: "t"
            case ...194: "h"
            default: "c"
            }
        let centring = international.prefix(1)
        return family + (["A", "B", "C"].contains(centring) ? "S" : centring)
    }
}

extension CrystalSymmetry.Operation {
    /// The operation with its translation in 24ths; `nil` where it is none, to 10⁻³, or the rotation is none of a
    /// crystal's.
    fileprivate var onGrid: rutile_symmetry_operation? {
        guard rotation.count == 9, rotation.allSatisfy({ (-1...1).contains($0) }) else { return nil }
        let scaled: SIMD3<Double> = translation.wrapped * 24
        let whole: SIMD3<Double> = scaled.rounded(.toNearestOrEven)
        let miss: Double = length(scaled - whole)
        guard miss < 24 * 1e-3 else { return nil }
        let numbers = rotation.map { Int32($0) }
        var operation = rutile_symmetry_operation()
        operation.rotation = (
            numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], numbers[6], numbers[7], numbers[8]
        )
        operation.translation = (Int32(whole.x) % 24, Int32(whole.y) % 24, Int32(whole.z) % 24)
        return operation
    }
}

/// The text in a fixed C array of characters.
func fixedText<Characters: BitwiseCopyable>(_ characters: Characters) -> String {
    // SAFETY: the value is a tuple of bytes, read within its own size.
    unsafe withUnsafeBytes(of: characters) { buffer in
        unsafe String(decoding: buffer.prefix { $0 != 0 }, as: UTF8.self)
    }
}

/// The first `count` elements of a C array; none where there is no array.
private func copy<Element>(_ array: UnsafeMutablePointer<Element>?, _ count: Int) -> [Element] {
    // SAFETY: the caller knows how many elements the array has.
    unsafe Array(UnsafeBufferPointer(start: array, count: array == nil ? 0 : count))
}

/// The vector at `index` of numbers that come in threes.
private func vector(_ numbers: [Double], at index: Int) -> SIMD3<Double> {
    SIMD3(numbers[3 * index], numbers[3 * index + 1], numbers[3 * index + 2])
}

/// The numbers in a fixed C array of nine.
private func numbers(
    of tuple: (Double, Double, Double, Double, Double, Double, Double, Double, Double)
) -> [Double] {
    [tuple.0, tuple.1, tuple.2, tuple.3, tuple.4, tuple.5, tuple.6, tuple.7, tuple.8]
}
