import { nodeCrypto } from "../../mirror/crypto/index.ts"
import { portableCrypto } from "../../mirror/crypto/portable.ts"
import { cryptoContract } from "../contract/crypto.ts"

cryptoContract("node:crypto", nodeCrypto)
cryptoContract("WebCrypto and noble", portableCrypto)
cryptoContract("noble alone", () => portableCrypto(null))
