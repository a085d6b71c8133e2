import Glibc
import Testing

extension LabTests {
    /// The wire comes before the analysis, also where both share a processor.
    @Suite
    struct PriorityTests {
        @Test(
            "The hub goes first and the observer gives way, with all its threads",
            arguments: [[], ["chrt", "--fifo", "1"]]
        )
        func priorities(starter: [String]) throws {
            let lab = try Lab()
            let own = Int(nice(0))
            let hubtap = try lab.startHubtap(silently: true, by: starter)
            // ps(1): FF is SCHED_FIFO, which has no nice value, TS SCHED_OTHER, B SCHED_BATCH.
            let hub = starter.isEmpty ? "TS \(max(-20, own - 5))" : "FF -"
            #expect(try lab.standings(of: "hubtap-hub ") == [hub])
            let observer = "B \(min(19, own + 5))"
            try lab.wait(for: "the observer to give way") {
                try lab.standings(of: "hubtap observe ") == [observer]
            }
            try lab.kill("hubtap observe ", "KILL")
            try lab.wait(for: "the next observer to give way as far, and no further") {
                try lab.standings(of: "hubtap observe ") == [observer]
            }
            #expect(try lab.stop(hubtap).code == 0)
        }
    }
}

extension Lab {
    /// Class and nice value of every thread of the processes whose command line matches the pattern.
    fileprivate func standings(of pattern: String) throws -> Set<String> {
        let numbers = try processes(pattern).map(String.init).joined(separator: ",")
        guard !numbers.isEmpty else { return [] }
        let list = try run(.sandbox, ["ps", "-L", "-o", "cls=,ni=", "-p", numbers])
        return Set(
            list.output.split(separator: "\n").map { line in
                line.split(separator: " ").joined(separator: " ")
            }
        )
    }
}
