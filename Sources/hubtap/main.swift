print("hubtap")
