import SystemPackage
import TapLinux

extension PortPreparation {
    /// Programs that the kernel has accepted, and that wait to be attached.
    private struct Loaded: ~Copyable {
        let ingress: BPFProgram
        let egress: BPFProgram
    }

    /// Lets the kernel treat the frames of the port as `treatment` says.
    ///
    /// - Returns: false where the kernel cannot, or where filters of others are to be kept.
    mutating func apply(
        _ treatment: PortTreatment,
        to facts: InterfaceFacts
    ) throws(PlaneError) -> Bool {
        guard facts.ingressDiscipline == nil || journal.text.contains(.filter),
            Set(journal.text.programs).isSuperset(of: facts.ingressPrograms)
        else { return false }
        switch treatment {
        case .programs(let classifiers):
            let hadFilter = journal.text.contains(.filter)
            guard try apply(classifiers, to: facts) else { return false }
            if hadFilter { try removeActions(facts.index) }
        case .actions(let actions): try apply(actions, to: facts.index)
        }
        return true
    }

    /// Runs `classifiers`: directly where the kernel can (tcx), else as filters of a clsact discipline, and without
    /// eBPF at least a filter that drops.
    private mutating func apply(
        _ classifiers: PortClassifiers,
        to facts: InterfaceFacts
    ) throws(PlaneError) -> Bool {
        if let maps = classifiers.maps { try journal.note(.maps(maps)) }
        let index = facts.index
        guard let programs = try load(classifiers) else {
            // Only dropping can be done without; whoever wants more has loaded programs before.
            guard classifiers == .silence else { return false }
            return try addFilters(index) { route, hook throws(Errno) in
                try route.addDropFilter(to: index, at: hook)
            }
        }
        if classifiers.usesDirectHooks, try attach(programs, index) { return true }
        return try addFilters(index) { route, hook throws(Errno) in
            switch hook {
            case .ingress: try route.addFilter(programs.ingress, to: index, at: hook)
            case .egress: try route.addFilter(programs.egress, to: index, at: hook)
            }
        }
    }

    /// Nil where this process may not load programs, or the kernel has none.
    private func load(_ classifiers: PortClassifiers) throws(PlaneError) -> Loaded? {
        do throws(Errno) {
            return Loaded(
                ingress: try BPFProgram(name: "hubtap_in", classifiers.ingress),
                egress: try BPFProgram(name: "hubtap_out", classifiers.egress)
            )
        } catch {
            // A verifier that does not see why a program is safe is one more reason to do without.
            let mayNot = error == .notPermitted || error == .noFunction
            guard classifiers == .silence else {
                throw PlaneError(mayNot ? .noKernelPlane : .programRefused, errno: error)
            }
            guard mayNot else { throw failure(error) }
            return nil
        }
    }

    /// Puts the programs in the first place, and takes those of hubs before off only then: at no moment
    /// does the port run without one.
    ///
    /// - Returns: false if the kernel has no tcx.
    private mutating func attach(
        _ programs: borrowing Loaded,
        _ index: Int32
    ) throws(PlaneError) -> Bool {
        try journal.note(.program(programs.ingress.identifier))
        try journal.note(.program(programs.egress.identifier))
        let new = [programs.ingress.identifier, programs.egress.identifier]
        do throws(Errno) {
            do throws(Errno) {
                try programs.ingress.attach(to: index, at: .ingress)
            } catch .invalidArgument {
                return false
            }
            try programs.egress.attach(to: index, at: .egress)
            try detach(allBut: new, from: index)
            // Filters of a hub that had no tcx would be asked behind the programs.
            if journal.text.contains(.filter) { try removeFilters(index) }
        } catch {
            throw failure(error)
        }
        try journal.forget(.filter)
        return true
    }

    private func detach(allBut kept: [UInt32], from index: Int32) throws(Errno) {
        for program in journal.text.programs where !kept.contains(program) {
            try BPFProgram.detach(program, from: index)
        }
    }

    private func removeFilters(_ index: Int32) throws(Errno) {
        let route = try RouteSocket()
        guard try route.ingressDiscipline(of: index) == "clsact" else { return }
        try route.removeFilterDiscipline(from: index)
    }

    /// Gives the port the discipline that filters hang on, and a filter at each hook.
    private mutating func addFilters(
        _ index: Int32,
        _ add: (borrowing RouteSocket, FilterHook) throws(Errno) -> Void
    ) throws(PlaneError) -> Bool {
        try journal.note(.filter)
        do throws(Errno) {
            let route = try RouteSocket()
            do throws(Errno) { try route.addFilterDiscipline(to: index) } catch .fileExists {}
            for hook in FilterHook.allCases { try add(route, hook) }
            // Programs of a hub before would be asked before the filters.
            try detach(allBut: [], from: index)
            return true
        } catch .noSuchFileOrDirectory {
            return false
        } catch .notSupported {
            return false
        } catch {
            throw failure(error)
        }
    }

    func failure(_ error: Errno) -> PlaneError {
        PlaneError(.system(step: "filter the host's own traffic"), port: port, errno: error)
    }
}
