import SystemPackage
import TapLinux

extension PortPreparation {
    /// Lets filters and actions treat the frames of the port, and takes off what treated them before only then.
    ///
    /// A filter that a hub before left and that sends frames where they are to go is kept, and goes on counting.
    mutating func apply(_ actions: PortActions, to index: Int32) throws(PlaneError) {
        try journal.note(.filter)
        var isNew = true
        try change { route throws(Errno) in
            do throws(Errno) {
                try route.addFilterDiscipline(to: index)
            } catch .fileExists {
                isNew = false
            }
        }
        let goesOn = !isNew && journal.text.counts?.ring == actions.counts.ring
        try change { route throws(Errno) in
            for (place, name) in actions.sources {
                try route.letPass(from: name, by: index, number: UInt32(place + 1))
            }
            // Not counted, or what the host wants to say would count as frames that entered.
            try route.addDropFilter(to: index, at: .egress, .last, isCounted: false)
            try route.removeFilters(from: index, at: .egress, .first)
        }
        switch actions.entry {
        case .forward(let targets): try forward(to: targets, index, actions.counts, goesOn)
        case .drop:
            try begin(actions.counts, goingOn: goesOn, index)
            try change { route throws(Errno) in
                try route.addDropFilter(to: index, at: .ingress)
                try route.removeFilters(from: index, at: .ingress, .middle)
            }
        case .ignore:
            try change { route throws(Errno) in
                try route.addDropFilter(to: index, at: .ingress, isCounted: false)
            }
        }
        let programs = journal.text.programs
        try change { _ throws(Errno) in
            for program in programs { try BPFProgram.detach(program, from: index) }
        }
    }

    /// Takes the filters of a hub before off that another treatment stands before now.
    func removeActions(_ index: Int32) throws(PlaneError) {
        try change { route throws(Errno) in
            guard try route.ingressDiscipline(of: index) == "clsact" else { return }
            for hook in FilterHook.allCases {
                // First what takes the rest away, or for a moment it would take all.
                try route.removeFilters(from: index, at: hook, .last)
                try route.removeFilters(from: index, at: hook, .middle)
            }
        }
    }

    private mutating func forward(
        to targets: [Int32],
        _ index: Int32,
        _ counts: PortCounts,
        _ goesOn: Bool
    ) throws(PlaneError) {
        var found: [ForwardingTarget]?
        try change { route throws(Errno) in found = try route.forwarding(from: index) }
        if found?.map(\.interface) != targets || !goesOn {
            try begin(counts, goingOn: goesOn, index)
            try change { route throws(Errno) in
                try route.setForwarding(from: index, to: targets)
            }
        }
        try change { route throws(Errno) in
            try route.removeFilters(from: index, at: .ingress, .first)
        }
    }

    /// Notes what the counters of a new filter begin at; that of frames is the discipline's, and goes on.
    private mutating func begin(
        _ counts: PortCounts,
        goingOn: Bool,
        _ index: Int32
    ) throws(PlaneError) {
        var start = counts
        if goingOn, let old = journal.text.counts {
            start.frames = old.frames
        } else {
            try change { route throws(Errno) in
                start.frames &-= try route.entryDrops()[index] ?? 0
            }
        }
        // A line that stands there already need not be the last one.
        guard start != journal.text.counts else { return }
        try journal.append(.counts(start))
    }

    private func change(
        _ body: (borrowing RouteSocket) throws(Errno) -> Void
    ) throws(PlaneError) {
        do throws(Errno) {
            try body(try RouteSocket())
        } catch .noSuchFileOrDirectory {
            throw PlaneError(.noActions, port: port, errno: .noSuchFileOrDirectory)
        } catch {
            throw failure(error)
        }
    }
}
