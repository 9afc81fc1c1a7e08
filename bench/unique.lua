-- For wrk: asks for one line after the other of the file named behind `--`, each thread from its own place.
local threads = 0

function setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

function init(arguments)
  paths = {}
  for line in io.lines(arguments[1]) do
    paths[#paths + 1] = line
  end
  at = math.floor(number * #paths / tonumber(arguments[2]))
end

function request()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
