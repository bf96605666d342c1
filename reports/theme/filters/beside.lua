--[[ A page as a chapter of the report too, from the one reading that the web page is made of.

Reading a page and setting its citations takes longer than writing it. What paper.lua makes of the page goes into the
file that the metadata name; the page itself stays as it is.
]]

local beside = {}

-- Tables behind charts and charts as data stand on no paper; without them there is less to go through.
local function for_paper(doc)
  return doc:walk({
    traverse = "topdown",
    Div = function(div)
      if not div.classes:includes("figure-data") then return nil end
      div.content = {}
      return div, false
    end,
  })
end

-- The function of paper.lua, whose name is that of every filter's.
local function paper()
  local names = setmetatable({}, { __index = _G })
  local folder = pandoc.path.directory(PANDOC_SCRIPT_FILE)
  assert(loadfile(folder .. "/paper.lua", "t", names))()
  return names.Pandoc
end

function beside.write_chapter(doc, path)
  local chapter = paper()(for_paper(doc))
  local file = assert(io.open(path, "wb"))
  file:write(pandoc.write(chapter, "typst", { wrap_text = "none", highlight_method = "none" }))
  assert(file:close())
end

return beside
