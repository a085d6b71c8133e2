public import TapWire

extension Alert {
    /// Says in words and facts that the mirror left things out when the alert was raised.
    public mutating func note(_ shedding: Shedding) {
        self.shedding = shedding
        why += " The mirror could not keep up at the time: \(shedding.words)."
        facts.append(Fact(name: "shedding", value: shedding.level.name))
    }
}
