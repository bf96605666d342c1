--[[ The constructs of a page as paragraphs in the styles of word/styles.xml, for those who go on working on the text.

What only a screen can show is left out: the data of a chart, and the table behind it.
]]

local construct = require("construct")
local columns_of = require("columns")

local words, folder, width = {}, "", ""
local ROOM = 84 -- letters that a line of a table holds

local function styled(style, blocks)
  return pandoc.Div(blocks, pandoc.Attr("", {}, { ["custom-style"] = style }))
end

local function marked(style, inlines)
  return pandoc.Span(inlines, pandoc.Attr("", {}, { ["custom-style"] = style }))
end

-- The picture as PNG, which word.py has made of it; without one, its words.
local function picture(image)
  local name, alt = image.src:match("([^/]+)$"):gsub("%.%w+$", ".png"), image.attributes["fig-alt"]
  local file = io.open(folder .. "/" .. name, "rb")
  if not file then return pandoc.Inlines({ pandoc.Str(words.picture_missing .. " " .. alt) }) end
  pandoc.mediabag.insert(name, "image/png", file:read("a"))
  file:close()
  return pandoc.Inlines({ pandoc.Image({ pandoc.Str(alt) }, name, "", pandoc.Attr("", {}, { width = width })) })
end

local function figure_blocks(figure, _, data)
  local title, note = construct.title_and_note(construct.caption(figure))
  if data then note:extend({ pandoc.Space(), pandoc.Str(words.figures_elsewhere) }) end
  local caption = pandoc.Inlines({ marked("Number", { pandoc.Str((figure.attributes.label or "") .. ".") }), pandoc.Space() })
  caption:extend({ pandoc.Strong(title) })
  if #note > 0 then caption:extend({ pandoc.LineBreak(), marked("Note", note) }) end
  return pandoc.Blocks({
    styled("Figure Title", { pandoc.Para(caption) }),
    styled("Figure", { pandoc.Para(picture(construct.picture(figure))) }),
  })
end

local function box(div, kind)
  if kind == "lead" then return styled("Lead", div.content) end
  local title, body = construct.title_and_body(div, words)
  if kind == "key-findings" then
    return pandoc.Blocks({ pandoc.Header(1, title) }) .. body:walk({
      Plain = function(plain) return styled("Key Findings", { pandoc.Para(plain.content) }) end,
      Para = function(para) return styled("Key Findings", { para }) end,
    })
  end
  return pandoc.Blocks({ styled("Callout Title", { pandoc.Para(title) }), styled("Callout", body) })
end

local function div_blocks(div)
  local formula, kind = construct.formula(div), construct.kind(div)
  if kind == "figure-data" then return {} end
  if formula then return pandoc.Para({ formula, pandoc.Space(), pandoc.Str(construct.number_of(div)) }) end
  if div.classes:includes("panel-tabset") then return construct.tabs_in_a_row(div) end
  if construct.is_margin_note(div) then return styled("Margin Note", div.content) end
  if kind then return box(div, kind) end
  if not div.attributes["custom-style"] then return div.content end
end

local function sized(tbl)
  local head, body = construct.rows(tbl)
  local widths, sum = columns_of.widths(head .. body, ROOM), 0
  if not widths then
    tbl.colspecs = tbl.colspecs:map(function(spec) return { spec[1], nil } end)
    return tbl
  end
  for _, letters in ipairs(widths) do sum = sum + letters end
  for i, spec in ipairs(tbl.colspecs) do tbl.colspecs[i] = { spec[1], widths[i] / sum } end
  return tbl
end

local function table_block(tbl)
  local label = tbl.attributes.label
  if label then
    local caption = pandoc.Inlines({ marked("Number", { pandoc.Str(label .. ".") }), pandoc.Space() })
    tbl.caption.long = { pandoc.Plain(caption .. construct.caption(tbl)) }
    tbl.attributes.label = nil
  end
  return sized(tbl)
end

local function span(element)
  if construct.strength(element) then return marked("Strength", element.content) end
  if construct.is_margin_note(element) then return marked("Note", element.content) end
end

-- Other pages are not in the file.
local function link(element)
  local outside = element.target:match("^https?://") or element.target:match("^mailto:") or element.target:match("^#")
  return not outside and element.content or nil
end

-- The title has a style of its own; the sections of the page come first below it.
local function raise(header)
  header.level = math.max(1, header.level - 1)
  return header
end

function Pandoc(doc)
  words = construct.words(doc.meta)
  folder, width = pandoc.utils.stringify(doc.meta.folder), pandoc.utils.stringify(doc.meta.width)
  doc = doc:walk({ Link = link, Span = span, Header = raise })
  doc = doc:walk({
    Table = table_block,
    RawBlock = function(block) if block.format ~= "openxml" then return {} end end,
    Blocks = function(blocks) return construct.gather_figures(blocks, figure_blocks) end,
  })
  doc = doc:walk({ Div = div_blocks })
  doc.meta = pandoc.Meta({ title = doc.meta.title, subtitle = doc.meta.subtitle }) -- all else would become properties
  return doc
end
