/// Spells units as NOMAD writes them, since definitions are shown and digested with that spelling: `m/s^2` is
/// `meter / second ** 2`.
///
/// Units are a product of powers of named units, sorted by name, those with negative powers behind. A text that has
/// other units than these, a number or something else is left as it is. *Source*: what nomad-lab 2.0.0 makes of them,
/// its `min` for milliinch and `h` for Planck's constant included.
enum UnitText {
    /// The long spelling of `text`; `text` itself where it is not understood.
    static func long(_ text: String) -> String {
        var parser = UnitParser(text)
        guard let powers = parser.parse() else { return text }
        let sorted = powers.filter { $0.value != 0 }.sorted { $0.key < $1.key }
        let factors = sorted.filter { $0.value > 0 }.map { spelling($0.key, $0.value) }
        let divisors = sorted.filter { $0.value < 0 }.map { spelling($0.key, -$0.value) }
        if factors.isEmpty && divisors.isEmpty { return "dimensionless" }
        return ([factors.isEmpty ? "1" : factors.joined(separator: " * ")] + divisors).joined(separator: " / ")
    }

    /// Why `text` can be no unit whatever units there are; `nil` where it is a product of powers of names.
    static func fault(in text: String) -> String? {
        var depth = 0
        var wantsFactor = true
        for character in text where !character.isWhitespace {
            switch character {
            case "(":
                depth += 1
                wantsFactor = true
            case ")":
                depth -= 1
                if depth < 0 { return "a parenthesis is closed that was not opened" }
                if wantsFactor { return "something is missing before a closing parenthesis" }
            case "*", "/", "^", "+", "-", ".": wantsFactor = true
            case _ where character.isLetter || character.isNumber || "_°%".contains(character): wantsFactor = false
            default: return "it has the character “\(character)”"
            }
        }
        if depth > 0 { return "a parenthesis is not closed" }
        return wantsFactor && !text.allSatisfy(\.isWhitespace) ? "something is missing at its end" : nil
    }

    private static func spelling(_ name: String, _ power: Double) -> String {
        if power == 1 { return name }
        return "\(name) ** " + (power == power.rounded() ? String(Int(power)) : String(power))
    }

    /// The long name of a unit, for example `millimeter` for `mm`.
    static func longName(_ name: String) -> String? {
        if let unit = names[name] { return unit }
        for (short, long) in prefixes {
            for prefix in [long, short] where name.hasPrefix(prefix) {
                if let unit = names[String(name.dropFirst(prefix.count))] { return long + unit }
            }
        }
        return nil
    }

    /// Long names by the names that a unit may have.
    private static let names: [String: String] = {
        var names: [String: String] = [:]
        for line in spellings.split(separator: "\n") {
            let words = line.split(separator: " ").map(String.init)
            for word in words { names[word] = words[0] }
        }
        return names
    }()

    /// Longer ones first, so that `da` is not taken for `d`.
    private static let prefixes = [
        ("da", "deca"), ("Y", "yotta"), ("Z", "zetta"), ("E", "exa"), ("P", "peta"), ("T", "tera"), ("G", "giga"),
        ("M", "mega"), ("k", "kilo"), ("h", "hecto"), ("d", "deci"), ("c", "centi"), ("m", "milli"), ("µ", "micro"),
        ("μ", "micro"), ("u", "micro"), ("n", "nano"), ("p", "pico"), ("f", "femto"), ("a", "atto"), ("z", "zepto"),
    ]

    private static let spellings = """
        meter m metre meters
        second s sec seconds
        ampere A amp
        candela cd
        gram g grams
        mole mol
        kelvin K
        radian rad
        degree deg °
        bit
        byte
        count
        dimensionless
        angstrom Å ångström
        inch in
        foot ft
        pound lb
        liter l L litre
        hour hr hours
        minute
        degree_Celsius degC °C celsius
        delta_degree_Celsius delta_degC
        degree_Fahrenheit degF °F fahrenheit
        joule J joules
        calorie cal
        electron_volt eV
        hartree Ha
        rydberg Ry
        atomic_unit_of_length bohr
        unified_atomic_mass_unit u amu
        dalton Da
        newton N
        pascal Pa
        bar
        standard_atmosphere atm
        torr
        millimeter_Hg mmHg
        pound_force_per_square_inch psi
        hertz Hz
        revolutions_per_minute rpm
        volt V
        ohm Ω
        siemens S
        farad F
        coulomb C
        tesla T
        gauss G
        henry H
        weber Wb
        watt W
        watt_hour Wh
        ampere_hour Ah
        percent %
        ppm
        lumen lm
        lux lx
        barn
        debye D
        molar M
        poise P
        becquerel Bq
        gray Gy
        sievert Sv
        katal kat
        elementary_charge e
        speed_of_light c
        planck_constant h
        """
}

/// Reads `unit = factor { ("*" | "/" | blank) factor }`,
/// `factor = (name | "1" | "(" unit ")") [ ("**" | "^") number ]`.
private struct UnitParser {
    private var rest: Substring
    private var depth = 0

    init(_ text: String) { rest = text[...] }

    /// Powers by long name; `nil` when the text is no unit.
    mutating func parse() -> [String: Double]? {
        if rest.allSatisfy(\.isWhitespace) { return [:] }
        guard let powers = product(), rest.isEmpty else { return nil }
        return powers
    }

    private mutating func product() -> [String: Double]? {
        guard var powers = factor() else { return nil }
        while !rest.isEmpty, rest.first != ")" {
            let sign: Double = skip("/") ? -1 : 1
            if sign > 0 { _ = skip("*") }
            guard let factor = factor() else { return nil }
            for (name, power) in factor { powers[name, default: 0] += sign * power }
        }
        return powers
    }

    private mutating func factor() -> [String: Double]? {
        var powers: [String: Double]
        skipBlanks()
        if skip("(") {
            depth += 1
            guard depth < 20, let inner = product(), skip(")") else { return nil }
            depth -= 1
            powers = inner
        } else if skip("1") {
            powers = [:]
        } else {
            let name = rest.prefix { $0.isLetter || $0 == "_" || $0 == "°" || $0 == "%" }
            guard let unit = UnitText.longName(String(name)) else { return nil }
            rest = rest.dropFirst(name.count)
            powers = unit == "dimensionless" ? [:] : [unit: 1]
        }
        skipBlanks()
        if skip("**") || skip("^") {
            let isGrouped = skip("(")
            skipBlanks()
            let digits = rest.prefix { $0.isNumber || "+-.".contains($0) }
            guard let exponent = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            if isGrouped, !skip(")") { return nil }
            powers = powers.mapValues { $0 * exponent }
        }
        skipBlanks()
        return powers
    }

    private mutating func skipBlanks() { rest = rest.drop(while: \.isWhitespace) }

    private mutating func skip(_ token: String) -> Bool {
        guard rest.hasPrefix(token) else { return false }
        rest = rest.dropFirst(token.count)
        return true
    }
}
