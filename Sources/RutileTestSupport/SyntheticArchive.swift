package import RutileArchive

/// Archives of any size that look like molecular dynamics: one system and one calculation per step.
///
///     run[0].system[n].atoms.{n_atoms, labels[50], positions[50][3]}
///     run[0].calculation[n].{step, energy.total.value, energy.current.value, forces.total.value[50][3], system_ref}
///
/// Numbers depend on the step only; there is no chance in them.
package struct SyntheticArchive: Sendable {
    /// Atoms of the system.
    package static let atoms = 50
    /// Bytes of MessagePack that a step takes, about.
    private static let stepSize = 3_100

    /// The id in `metadata`.
    package let entryID: String
    /// Number of systems and calculations.
    package let steps: Int

    /// An archive of about `bytes` bytes (but of one step at least).
    package init(entryID: String = "synthetic", bytes: Int) {
        self.entryID = entryID
        steps = max(1, bytes / Self.stepSize)
    }

    /// `run/0/calculation/<step>/energy/total/value`, in joules.
    package static func totalEnergy(ofStep step: Int) -> Double { -1.6e-17 * (1 + Double(step % 1_000) / 3_000) }

    /// The archive as one complete version 3 file.
    package func encoded(with encoder: ArchiveEncoder = ArchiveEncoder()) throws(ArchiveError) -> EncodedArchive {
        try encoder.encode(reserving: steps * Self.stepSize) { (writer) throws(ArchiveError) in write(to: &writer) }
    }

    /// As ``encoded(with:)``, but under the entry's id, as single files of one entry are.
    package func encodedByID(with encoder: ArchiveEncoder = ArchiveEncoder()) throws(ArchiveError) -> EncodedArchive {
        try encoder.encode(reserving: steps * Self.stepSize) { (writer) throws(ArchiveError) in
            writer.object(1)
            writer.text(entryID)
            write(to: &writer)
        }
    }

    private func write(to writer: inout MessagePackWriter) {
        writer.object(2)
        writer.text("metadata")
        writer.object(2)
        writer.text("entry_id")
        writer.text(entryID)
        writer.text("n_quantities")
        writer.integer(Int64(steps))
        writer.text("run")
        writer.list(1)
        writer.object(3)
        writer.text("program")
        writer.object(1)
        writer.text("name")
        writer.text("Synthetic")
        writer.text("system")
        writer.list(steps)
        for step in 0..<steps { writeSystem(step, to: &writer) }
        writer.text("calculation")
        writer.list(steps)
        for step in 0..<steps { writeCalculation(step, to: &writer) }
    }

    private func writeSystem(_ step: Int, to writer: inout MessagePackWriter) {
        writer.object(1)
        writer.text("atoms")
        writer.object(3)
        writer.text("n_atoms")
        writer.integer(Int64(Self.atoms))
        writer.text("labels")
        writer.list(Self.atoms)
        for atom in 0..<Self.atoms { writer.text(atom % 3 == 0 ? "Si" : "O") }
        writer.text("positions")
        writeVectors(scale: 1.2e-10, step, to: &writer)
    }

    private func writeCalculation(_ step: Int, to writer: inout MessagePackWriter) {
        writer.object(4)
        writer.text("step")
        writer.integer(Int64(step))
        writer.text("energy")
        writer.object(2)
        for name in ["total", "current"] {
            writer.text(name)
            writer.object(1)
            writer.text("value")
            writer.real(Self.totalEnergy(ofStep: step))
        }
        writer.text("forces")
        writer.object(1)
        writer.text("total")
        writer.object(1)
        writer.text("value")
        writeVectors(scale: 3.7e-11, step, to: &writer)
        writer.text("system_ref")
        writer.text("/run/0/system/\(step)")
    }

    private func writeVectors(scale: Double, _ step: Int, to writer: inout MessagePackWriter) {
        writer.list(Self.atoms)
        for atom in 0..<Self.atoms {
            writer.list(3)
            for axis in 0..<3 {
                // A walk through all mantissas, so that decimals are as long as in real data.
                let phase = Double((step &* 7_919 &+ atom &* 104_729 &+ axis &* 1_299_709) % 999_983) / 999_983
                writer.real(scale * (phase - 0.5))
            }
        }
    }
}
