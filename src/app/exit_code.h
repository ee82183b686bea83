// How the program ends: the exit codes of docs/cli.md, those of sysexits(3) where one fits.
#pragma once

namespace mandate::app::exit_code {

inline constexpr int done = 0;
inline constexpr int refused = 1;        ///< the answer is no
inline constexpr int unproven = 2;       ///< there is no answer that is proven
inline constexpr int unknown = 3;        ///< the DNS could not be asked
inline constexpr int usage = 64;         ///< the call is wrong
inline constexpr int data = 65;          ///< an input file is malformed
inline constexpr int no_input = 66;      ///< an input file cannot be read
inline constexpr int unavailable = 69;   ///< a server cannot be reached, an address not be taken
inline constexpr int software = 70;      ///< a fault of the program itself
inline constexpr int store = 73;         ///< the store cannot be opened or does not answer
inline constexpr int output = 74;        ///< the output cannot be written
inline constexpr int try_later = 75;     ///< not ended within the time given
inline constexpr int key = 77;           ///< the API key is not accepted
inline constexpr int config = 78;        ///< the configuration is wrong
inline constexpr int interrupted = 130;  ///< by SIGINT or SIGTERM, in order

}  // namespace mandate::app::exit_code
