import Foundation
import SystemPackage
import TapLinux
import Testing

struct PriorityTests {
    /// How the kernel serves the calling thread: fields of /proc/thread-self/stat, see proc(5).
    private struct Standing {
        var nice: Int
        var policy: Int

        static func now() throws -> Self {
            let text = try String(contentsOfFile: "/proc/thread-self/stat", encoding: .utf8)
            // The name in field 2 stands in brackets and may hold anything.
            let fields = text.drop { $0 != ")" }.split(separator: " ").dropFirst()
            let numbers = try [19, 41].map { field in
                try #require(Int(fields[fields.startIndex + field - 3]))
            }
            return Self(nice: numbers[0], policy: numbers[1])
        }
    }

    private static let batch = 3

    /// Runs `body` on a thread of its own, so that no other test inherits what it does.
    private func onOwnThread(_ body: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation {
            (continuation: CheckedContinuation<Void, any Error>) in
            Thread { continuation.resume(with: Result(catching: body)) }.start()
        }
    }

    @Test func whoGivesWayStepsBackWithoutAnyPrivilege() async throws {
        try await onOwnThread {
            let before = try Standing.now()
            try CapabilitySet(of: []).keepOnlyThese()
            try ProcessControl.giveWay()
            let after = try Standing.now()
            #expect(after.policy == Self.batch)
            #expect(after.nice == min(19, before.nice + Int(ProcessControl.yieldingNice)))
        }
    }

    @Test func theNiceValueStopsAtItsEnd() async throws {
        try await onOwnThread {
            for _ in 0..<10 { try ProcessControl.giveWay() }
            #expect(try Standing.now().nice == 19)
        }
    }

    @Test func goingFirstNeedsAPrivilege() async throws {
        try await onOwnThread {
            try CapabilitySet(of: []).keepOnlyThese()
            let before = try Standing.now()
            #expect(throws: Errno.self) { try ProcessControl.goFirst() }
            let after = try Standing.now()
            #expect(after.nice == before.nice)
            #expect(after.policy == before.policy)
        }
    }
}
