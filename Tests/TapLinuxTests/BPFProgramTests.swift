import SystemPackage
import TapLinux
import Testing

struct BPFProgramTests {
    private static func program() throws -> BPFProgram {
        var assembler = BPFAssembler()
        assembler.exit(-1)
        return try BPFProgram(name: "hubtap_test", assembler.program)
    }

    @Test func aProgramIsTakenOffWhereverItStands() throws {
        let lists = try NetworkNamespace.throwaway { () -> Result<[[Int]], any Error> in
            Result {
                let identifiers = try (0..<3).map { _ in
                    // It lives on while it is attached.
                    let program = try Self.program()
                    try program.attach(to: 1, at: .ingress)
                    return program.identifier
                }
                // The middle, the first, the last; and one that is gone.
                return try [nil, 1, 2, 0, 0].map { place in
                    if let place { try BPFProgram.detach(identifiers[place], from: 1) }
                    return try BPFProgram.attached(to: 1, at: .ingress).identifiers.compactMap {
                        identifiers.firstIndex(of: $0)
                    }
                }
            }
        }
        #expect(try lists.get() == [[2, 1, 0], [2, 0], [0], [], []])
    }
}
